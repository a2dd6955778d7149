// How the first process and the others speak, where several servers share one port.
import type { Family } from './edge/prometheus.ts';
import type { ServerSettings } from './settings.ts';

/** What the first process tells an instance. */
export type InstanceOrder =
  | { readonly kind: 'serve'; readonly settings: ServerSettings }
  | { readonly kind: 'reopen-log' }
  /** It is asked what it has counted. */
  | { readonly kind: 'tell-metrics'; readonly id: number }
  /** What all have counted, as it has asked. */
  | { readonly kind: 'all-metrics'; readonly id: number; readonly families: readonly Family[] }
  | { readonly kind: 'stop' };

/** What an instance tells the first process. */
export type InstanceWord =
  /** It listens to orders. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'serving'; readonly url: string }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'ask-metrics'; readonly id: number }
  | { readonly kind: 'metrics'; readonly id: number; readonly families: readonly Family[] };
