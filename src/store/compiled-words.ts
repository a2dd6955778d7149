import { readFileSync } from 'node:fs';
import { AtomicWords, allocateWords } from './words.ts';

/**
 * What executes the operations on shared words: `js`, functions of the runtime, each a call of some 10 ns; or `wasm`,
 * a module that has each as one instruction of the machine, which the compiler puts into the place of its call.
 */
export const KERNELS = ['js', 'wasm'] as const;
export type Kernel = (typeof KERNELS)[number];

/** Memory for words, to hand to another thread. */
export type WordsMemory = SharedArrayBuffer | WebAssembly.Memory;

const PAGE_BYTES = 65_536;

/**
 * Allocates room for `length` words, all zero.
 * @throws RangeError when there is not so much memory
 */
export function allocateMemory(kernel: Kernel, length: number): WordsMemory {
  if (kernel === 'js') return allocateWords(length).buffer;
  const pages = Math.ceil((length * Int32Array.BYTES_PER_ELEMENT) / PAGE_BYTES);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** The words in memory that {@link allocateMemory} allocated, for this thread. */
export function attachWords(memory: WordsMemory): AtomicWords {
  return memory instanceof SharedArrayBuffer ? new AtomicWords(memory) : new CompiledWords(memory);
}

/** The bytes of memory that {@link allocateMemory} allocated. */
export function bytesOf(memory: WordsMemory): SharedArrayBuffer {
  return memory instanceof SharedArrayBuffer ? memory : memory.buffer;
}

type Operations = Pick<
  AtomicWords,
  'load' | 'store' | 'add' | 'sub' | 'exchange' | 'compareExchange'
>;

/**
 * Words in the memory of a WebAssembly module, through its instructions; kernel/words.ts is its source. Whoever wants
 * the calls to vanish has one of these in a thread: the compiler knows a function by its instance.
 */
class CompiledWords extends AtomicWords {
  readonly #operations: Operations;

  constructor(memory: WebAssembly.Memory) {
    super(memory.buffer);
    // `.wasm`: it lies beside this module when both are compiled.
    const module = new WebAssembly.Module(readFileSync(new URL('./words.wasm', import.meta.url)));
    this.#operations = new WebAssembly.Instance(module, { env: { memory } }).exports as Operations;
  }

  override load(index: number): number {
    return this.#operations.load(index);
  }

  override store(index: number, value: number): void {
    this.#operations.store(index, value);
  }

  override add(index: number, value: number): number {
    return this.#operations.add(index, value);
  }

  override sub(index: number, value: number): number {
    return this.#operations.sub(index, value);
  }

  override exchange(index: number, value: number): number {
    return this.#operations.exchange(index, value);
  }

  override compareExchange(index: number, expected: number, replacement: number): number {
    return this.#operations.compareExchange(index, expected, replacement);
  }
}
