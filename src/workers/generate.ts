import { systemClock } from '../base/clock.ts';
import { type Deadline, type Produced, produce } from '../generator/produce.ts';
import { RingWriter, stopRing } from '../generator/ring.ts';
import type { RequestSource } from '../generator/source.ts';
import { openStream } from '../generator/stream.ts';
import { TraceWriter } from '../generator/trace.ts';
import { loadAnyStrategy } from '../store/load-strategy.ts';
import { isStored } from '../store/stored.ts';
import type { Control } from './control.ts';
import type { GenerateTask } from './protocol.ts';
import { attachSale, threadsOf } from './sale-memory.ts';

/** Generates the stream into the ring, and saves it if asked to. */
export async function generate(task: GenerateTask): Promise<Produced> {
  const { plan, memory, epoch, stream, deadlineNs } = task;
  const strategy = await loadAnyStrategy(plan.strategy);
  const { control, ring } = attachSale(memory, plan, strategy);
  const clock = systemClock(epoch);
  const deadline: Deadline | undefined =
    deadlineNs === undefined ? undefined : { clock, endNs: () => endOf(control, deadlineNs) };
  const ready = (): void => control.arrive(threadsOf(plan, strategy), clock);
  let source: RequestSource | undefined;
  let observer: TraceWriter | undefined;
  try {
    source = openStream(stream);
    observer = task.traceOut && new TraceWriter(task.traceOut.path);
    // Sellers of a store each see every request, and serve their own clients'.
    const writer = new RingWriter(ring, isStored(strategy) ? plan.threads : 0);
    const produced = produce(source, writer, { observer, deadline, ready });
    if (task.traceOut && !control.stopped) {
      observer?.finish({ ...task.traceOut.terms, ...produced });
    }
    return produced;
  } catch (error) {
    control.stop();
    stopRing(ring);
    throw error;
  } finally {
    source?.close();
    observer?.abandon();
  }
}

function endOf(control: Control, deadlineNs: number): number {
  const openingNs = control.openingNs();
  return openingNs < 0 ? Number.POSITIVE_INFINITY : openingNs + deadlineNs;
}
