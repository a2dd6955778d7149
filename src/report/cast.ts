import type {
  ClientReport,
  ExplainedEnd,
  ExplainedStep,
  Exploration,
} from '../explore/exploration.ts';

/** The steps to show: of the failure, or of the schedule that was asked for; else undefined. */
export function shownSteps({ failure, replay }: Exploration): readonly ExplainedStep[] | undefined {
  return (failure ?? replay)?.steps;
}

/** The names of those who take part in some steps, in their order; of all where nobody does. */
export function castOf(
  { clients }: Exploration,
  steps: readonly ExplainedStep[],
): readonly string[] {
  const acting = new Set(
    steps.flatMap((step) => [step.client, ...step.ends.map(({ client }) => client)]),
  );
  const names = clients.map(({ name }) => name);
  const cast = names.filter((name) => acting.has(name));
  return cast.length === 0 ? names : cast;
}

/** How an operation ended, beside a step of `client`: `granted ticket 0`, or `B: sold out`. */
export function outcomeOf({ client: owner, outcome }: ExplainedEnd, client: string): string {
  return owner === client ? outcome : `${owner}: ${outcome}`;
}

/** The steps marked as the ones to look at, by their numbers from 1. */
export function markedSteps(steps: readonly ExplainedStep[]): number[] {
  return steps.flatMap(({ races }, index) => (races ? [index + 1] : []));
}

/** What an operation came to when it waited for somebody who had died: its client then stops. */
const STOPPED = 'told that somebody died';

/** Those who are alive and still have something to do after some steps. */
export function unfinished(
  { clients }: Exploration,
  steps: readonly ExplainedStep[],
): readonly string[] {
  const isUnfinished = ({ name, operations }: ClientReport): boolean => {
    const ends = steps.flatMap((step) => step.ends.filter(({ client }) => client === name));
    if (ends.length >= operations.length || ends.some(({ outcome }) => outcome === STOPPED))
      return false;
    return !steps.some(({ client, text }) => client === name && text === 'dies');
  };
  return clients.filter(isUnfinished).map(({ name }) => name);
}
