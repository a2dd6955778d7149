// Behind one address, whoever asks for metrics comes to one server or another: each tells what all have counted.
import type { Worker } from 'node:cluster';
import { Refusal } from '../service/refusals.ts';
import type { Metrics } from './edge/metrics.ts';
import type { Family } from './edge/prometheus.ts';
import type { InstanceOrder, InstanceWord } from './instance-words.ts';

/** Longer than a server may take for its own; one that takes longer hangs, and is left out. */
const TELL_MS = 1000;
/** Longer than that. */
const GATHER_MS = 2000;

/** Has an instance tell what all of them have counted, by way of the first process. */
export function shareMetrics(metrics: Metrics): void {
  const gathering = new Map<number, (families: readonly Family[]) => void>();
  let next = 0;
  process.on('message', (order: InstanceOrder) => {
    if (order.kind === 'tell-metrics') {
      const { id } = order;
      void metrics.families().then((families) => say({ kind: 'metrics', id, families }));
    } else if (order.kind === 'all-metrics') {
      gathering.get(order.id)?.(order.families);
    }
  });
  metrics.gatherWith(async () => {
    const id = next++;
    const gathered = within<readonly Family[]>(GATHER_MS, (tell) => gathering.set(id, tell));
    say({ kind: 'ask-metrics', id });
    const families = await gathered;
    gathering.delete(id);
    if (families) return families;
    throw new Refusal('unavailable', 'the servers beside this one cannot be asked');
  });
}

function say(word: InstanceWord): void {
  process.send?.(word);
}

/** In the first process: asks all instances what they have counted. */
export class MetricsRound {
  readonly #waiting = new Map<number, (families: readonly Family[]) => void>();
  #next = 0;

  /** To be told of all that instances say. */
  hear(word: InstanceWord): void {
    if (word.kind === 'metrics') this.#waiting.get(word.id)?.(word.families);
  }

  /** What all have counted; those who do not answer are left out. */
  async ask(instances: ReadonlyMap<Worker, number>): Promise<Family[]> {
    const asked = [...instances].map(async ([worker, number]) => {
      const families = await this.#askOne(worker);
      return families?.map((family) => labelled(family, number)) ?? [];
    });
    return merged((await Promise.all(asked)).flat());
  }

  async #askOne(worker: Worker): Promise<readonly Family[] | undefined> {
    const id = this.#next++;
    const told = within<readonly Family[]>(TELL_MS, (tell) => this.#waiting.set(id, tell));
    const order: InstanceOrder = { kind: 'tell-metrics', id };
    if (worker.isConnected()) worker.send(order);
    const families = await told;
    this.#waiting.delete(id);
    return families;
  }
}

/** Which server it is stands in each line: summed, what one has counted that died would make the sum go back. */
function labelled(family: Family, number: number): Family {
  const server = String(number);
  const samples = family.samples.map((each) => ({ ...each, labels: { server, ...each.labels } }));
  return { ...family, samples };
}

/** Prometheus takes a family once. */
function merged(families: readonly Family[]): Family[] {
  const byName = new Map<string, Family>();
  for (const family of families) {
    const before = byName.get(family.name)?.samples ?? [];
    byName.set(family.name, { ...family, samples: [...before, ...family.samples] });
  }
  return [...byName.values()];
}

/** What is told in time; else undefined. */
function within<T>(ms: number, listen: (tell: (value: T) => void) => void): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    listen((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
