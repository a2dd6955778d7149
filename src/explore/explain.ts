import type { ExplainedStep } from './exploration.ts';
import { kindOf, MOVE } from './moves.ts';
import type { Program } from './program.ts';
import { NOT_EQUAL, STEP } from './step.ts';
import type { Trace, TraceStep } from './trace.ts';

/** A trace told for people: clients and words by their names. */
export function explainTrace(program: Program, trace: Trace): ExplainedStep[] {
  const racing = new Set(racingSteps(trace));
  return trace.steps.map((step, index) => explainStep(program, step, racing.has(index)));
}

/**
 * The two steps to look at: the first that race; or else, when all accesses are atomic, the last two
 * of different clients on one word, one of which writes it, before all goes wrong.
 */
function racingSteps({ races, steps, violation }: Trace): readonly number[] {
  const [race] = races;
  if (race) return race.indexes;
  if (!violation) return [];
  for (let later = steps.length - 1; later >= 0; later--) {
    for (let earlier = later - 1; earlier >= 0; earlier--) {
      if (interfere(steps[earlier] as TraceStep, steps[later] as TraceStep))
        return [earlier, later];
    }
  }
  return [];
}

function interfere(one: TraceStep, other: TraceStep): boolean {
  if (one.client === other.client || !one.step || !other.step) return false;
  if (one.step.word < 0 || one.step.word !== other.step.word) return false;
  return one.before !== one.after || other.before !== other.after;
}

function explainStep(program: Program, traced: TraceStep, races: boolean): ExplainedStep {
  const names = program.clients.map(({ name }) => name);
  const nameOf = (client: number): string => names[client] ?? `client ${client}`;
  const { client, step, begun, ended } = traced;
  const common = {
    client: nameOf(client),
    begins: begun ?? null,
    ends: ended.map(({ client: who, operation, outcome }) => {
      const { name, outcomeOf } = program.clients[who] as Program['clients'][number];
      return { client: name, outcome: outcomeOf(operation, outcome) };
    }),
    races,
  };
  if (!step || step.kind === STEP.local) {
    return { ...common, text: textOfOther(traced), word: null, before: null, after: null };
  }
  const { name, show } = program.describe(step.word);
  const shown = (value: number): string => show?.(value, nameOf) ?? String(value);
  const [before, after] = [shown(traced.before), shown(traced.after)];
  const text = textOf(traced, name, before, after, shown, nameOf);
  return { ...common, text, word: name, before, after };
}

function textOfOther({ move, step }: TraceStep): string {
  if (step) return 'answers without a look at shared words';
  if (kindOf(move) === MOVE.crash) return 'dies';
  return kindOf(move) === MOVE.wake ? 'wakes by itself' : 'wakes: its time is up';
}

function textOf(
  { step, result, parked, woken }: TraceStep,
  word: string,
  before: string,
  after: string,
  shown: (value: number) => string,
  nameOf: (client: number) => string,
): string {
  const change = `${before} → ${after}`;
  switch (step?.kind) {
    case STEP.get:
      return `reads ${word}: ${before}`;
    case STEP.load:
      return `loads ${word}: ${before}`;
    case STEP.set:
      return `writes ${word}: ${change}`;
    case STEP.store:
      return `stores ${word}: ${change}`;
    case STEP.add:
      return `adds ${step.value} to ${word}: ${change}`;
    case STEP.sub:
      return `takes ${step.value} from ${word}: ${change}`;
    case STEP.exchange:
      return `exchanges ${word}: ${change}`;
    case STEP.compareExchange:
      return result === step.value
        ? `swaps ${word}: ${change}`
        : `does not swap ${word}: expects ${shown(step.value)}, finds ${before}`;
    case STEP.wait:
      if (parked) return `sleeps on ${word}: ${before}`;
      return result === NOT_EQUAL
        ? `does not sleep on ${word}: expects ${shown(step.value)}, finds ${before}`
        : `sleeps on ${word}`;
    default:
      return woken.length === 0
        ? `wakes nobody who sleeps on ${word}`
        : `wakes ${woken.map(nameOf).join(' and ')}, asleep on ${word}`;
  }
}
