import { randomStream } from '../src/base/random.ts';
import type { CompareOptions } from './compare-options.ts';
import type { Load } from './loads.ts';
import { conclude, orderOf, pairedRatio, type SideName } from './paired-ratio.ts';
import { type Cell, inRounds, type Section, single } from './section.ts';

const RESAMPLES = 10_000;
const CONFIDENCE = 0.95;

/** The main module of each side's build. */
export type Builds = Readonly<Record<SideName, string>>;

type Values = Readonly<Record<SideName, number[]>>;

/** Runs two builds in turn, all scenarios in each round, and compares them. */
export async function compareBuilds(
  builds: Builds,
  { loads, rounds, smoke }: Pick<CompareOptions, 'loads' | 'rounds' | 'smoke'>,
  signal: AbortSignal,
): Promise<Section> {
  const measured = loads.map((load) => ({ load, values: { this: [], base: [] } as Values }));
  for (let round = 0; round < rounds; round++) {
    for (const { load, values } of measured) {
      for (const side of orderOf(round)) {
        const asked = { main: builds[side], round, smoke, signal };
        values[side].push(await load.measure(asked));
      }
    }
  }
  return {
    title: `This tree beside the base; ${rounds} rounds, in turn`,
    headings: ['scenario', 'what', 'base', 'this', 'this, of the base', 'from', 'to', 'conclusion'],
    rows: measured.map(({ load, values }) => rowOf(load, values)),
    note: `From and to: where the ratio of the medians may lie, a bootstrap interval at ${CONFIDENCE * 100} %.`,
  };
}

function rowOf({ name, says, unit, better }: Load, values: Values): Cell[] {
  const { next: random } = randomStream('compare', name);
  const resampling = { resamples: RESAMPLES, confidence: CONFIDENCE, random };
  const found = pairedRatio(values.this, values.base, resampling);
  const { low, high } = found.interval ?? {};
  return [
    name,
    says,
    inRounds(unit, values.base),
    inRounds(unit, values.this),
    single('ratio', found.ratio),
    low === undefined ? '' : single('ratio', low),
    high === undefined ? '' : single('ratio', high),
    conclude(found, better),
  ];
}
