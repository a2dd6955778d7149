import type { Section } from './section.ts';

/** One thing to measure. */
export interface Entry {
  readonly name: string;
  readonly group: Group;
  readonly says: string;
  /** Loads what it needs only then: asking for one thing must not load all. */
  readonly measure: (smoke: boolean) => Promise<Section>;
}

/** What sections are about. */
export const GROUPS = {
  micro: 'single operations',
  macro: 'whole runs, and the command',
  design: 'questions that a measurement settles',
  peers: 'beside other programs',
  explorer: 'what finds bugs',
} as const;

export type Group = keyof typeof GROUPS;

/** All that is measured, in this order. */
export const SECTIONS: readonly Entry[] = [
  {
    name: 'operations',
    group: 'micro',
    says: 'words, locks, strategies, ring, generator, recording: one thread, no rival',
    measure: async (smoke) => (await import('./micro.ts')).microSection(smoke),
  },
  {
    name: 'threads',
    group: 'macro',
    says: 'requests a second of 1, 2, 4 and 8 threads, one hot event and many',
    measure: async (smoke) => (await import('./threads.ts')).threadSection(smoke),
  },
  {
    name: 'cost',
    group: 'macro',
    says: 'what each stage of a request costs',
    measure: async (smoke) => (await import('./cost.ts')).costSection(smoke),
  },
  {
    name: 'refusals',
    group: 'macro',
    says: 'each strategy where most are refused',
    measure: async (smoke) => (await import('./macro.ts')).refusalSection(smoke),
  },
  {
    name: 'grants',
    group: 'macro',
    says: 'each strategy where all are granted',
    measure: async (smoke) => (await import('./macro.ts')).grantSection(smoke),
  },
  {
    name: 'paced',
    group: 'macro',
    says: 'response times of each strategy where there is time',
    measure: async (smoke) => (await import('./macro.ts')).pacedSection(smoke),
  },
  {
    name: 'recording',
    group: 'macro',
    says: 'what timing every request costs',
    measure: async (smoke) => (await import('./recording.ts')).recordingSection(smoke),
  },
  {
    name: 'memory',
    group: 'macro',
    says: 'the memory of runs of growing length',
    measure: async (smoke) => (await import('./memory.ts')).memorySection(smoke),
  },
  {
    name: 'startup',
    group: 'macro',
    says: 'how long the command takes to begin',
    measure: async (smoke) => (await import('./startup.ts')).startUpSection(smoke),
  },
  {
    name: 'size',
    group: 'macro',
    says: 'the package, and what it installs',
    measure: async (smoke) => (await import('./size.ts')).sizeSection(smoke),
  },
  {
    name: 'kernel',
    group: 'design',
    says: 'reservations by Atomics, by single instructions, and as one function of WebAssembly',
    measure: async (smoke) => (await import('./kernel.ts')).kernelSection(smoke),
  },
  {
    name: 'false-sharing',
    group: 'design',
    says: 'words of several threads in one cache line, and in a line each',
    measure: async (smoke) => (await import('./false-sharing.ts')).falseSharingSection(smoke),
  },
  {
    name: 'packed-events',
    group: 'design',
    says: 'whole runs with the words of events packed, and in a line each',
    measure: async (smoke) => (await import('./questions.ts')).packedEventsSection(smoke),
  },
  {
    name: 'chunks',
    group: 'design',
    says: 'how many requests to claim at once',
    measure: async (smoke) => (await import('./questions.ts')).chunkSection(smoke),
  },
  {
    name: 'patience',
    group: 'design',
    says: 'how long to wait busily before sleeping',
    measure: async (smoke) => (await import('./questions.ts')).patienceSection(smoke),
  },
  {
    name: 'back-pressure',
    group: 'design',
    says: 'how far the generator may be ahead',
    measure: async (smoke) => (await import('./questions.ts')).backPressureSection(smoke),
  },
  {
    name: 'programs',
    group: 'peers',
    says: 'other programs that do the same job, in C, Go, Rust and Node',
    measure: async (smoke) => (await import('./peers.ts')).peerSection(smoke),
  },
  {
    name: 'stores',
    group: 'peers',
    says: "strategies on stores beside the stores' own tools",
    measure: async (smoke) => (await import('./stores.ts')).storeSection(smoke),
  },
  {
    name: 'search',
    group: 'explorer',
    says: 'how far the explorer gets, and how fast',
    measure: async (smoke) => (await import('./explorer.ts')).explorerSection(smoke),
  },
  {
    name: 'checker',
    group: 'explorer',
    says: 'how fast histories are decided',
    measure: async (smoke) => (await import('./checker.ts')).checkerSection(smoke),
  },
  {
    name: 'detection',
    group: 'explorer',
    says: 'how often a run shows what a strategy gets wrong',
    measure: async (smoke) => (await import('./macro.ts')).detectionSection(smoke),
  },
  {
    name: 'matrix',
    group: 'explorer',
    says: 'which checker catches which known bug',
    measure: async (smoke) => (await import('./matrix.ts')).matrixSection(smoke),
  },
];
