import { randomStream } from '../base/random.ts';
import type { Demand } from './demand.ts';
import {
  type Burst,
  constantPacer,
  onsalePacer,
  type Pacer,
  poissonPacer,
  type Schedule,
  unpaced,
} from './pacer.ts';
import { type RequestSource, syntheticSource } from './source.ts';
import { openTrace } from './trace.ts';

/** When requests are due. */
export type Arrivals =
  | { readonly kind: 'unpaced' }
  | { readonly kind: 'constant'; readonly durationNs: number }
  | { readonly kind: 'poisson'; readonly durationNs: number }
  | { readonly kind: 'onsale'; readonly durationNs: number; readonly burst: Burst };

/** All that determines a stream: two equal specifications give the same requests, bit for bit. */
export interface StreamSpec {
  readonly seed: string;
  readonly requests: number;
  readonly arrivals: Arrivals;
  readonly demand: Demand;
  /** Take the requests from this trace file instead. */
  readonly tracePath?: string;
}

/** Opens the stream that `spec` describes. */
export function openStream(spec: StreamSpec): RequestSource {
  if (spec.tracePath !== undefined) return openTrace(spec.tracePath);
  return syntheticSource(pacerOf(spec), spec.demand, spec.seed, spec.requests);
}

function pacerOf({ arrivals, requests, seed }: StreamSpec): Pacer {
  if (arrivals.kind === 'unpaced') return unpaced();
  const schedule: Schedule = { requests, durationNs: arrivals.durationNs };
  if (arrivals.kind === 'constant') return constantPacer(schedule);
  const random = randomStream(seed, 'arrivals');
  if (arrivals.kind === 'poisson') return poissonPacer(schedule, random);
  return onsalePacer(schedule, arrivals.burst, random);
}
