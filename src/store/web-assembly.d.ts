// What we use of WebAssembly. The types of Node leave it to those of browsers, which bring along all the rest.
declare namespace WebAssembly {
  class Memory {
    constructor(limits: { initial: number; maximum: number; shared: true });
    readonly buffer: SharedArrayBuffer;
  }

  interface Module {
    readonly [Symbol.toStringTag]: string;
  }

  const Module: new (bytes: Uint8Array) => Module;

  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: unknown;
  }
}
