// The operations on shared words as instructions of the machine, for `--kernel wasm`: AssemblyScript, which compiles each
// of these functions to one. The memory is the caller's; a word's index is that of an Int32Array over it.

export function load(index: i32): i32 {
  return atomic.load<i32>(address(index));
}

export function store(index: i32, value: i32): void {
  atomic.store<i32>(address(index), value);
}

export function add(index: i32, value: i32): i32 {
  return atomic.add<i32>(address(index), value);
}

export function sub(index: i32, value: i32): i32 {
  return atomic.sub<i32>(address(index), value);
}

export function exchange(index: i32, value: i32): i32 {
  return atomic.xchg<i32>(address(index), value);
}

export function compareExchange(index: i32, expected: i32, replacement: i32): i32 {
  return atomic.cmpxchg<i32>(address(index), expected, replacement);
}

/** Where a word is, in bytes. */
function address(index: i32): usize {
  return index << 2;
}
