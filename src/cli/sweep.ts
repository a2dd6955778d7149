import type { Options } from 'yargs';
import { SWEEP_FORMATS } from '../report/formats.ts';
import { wrap } from '../report/plain.ts';
import { renderSweepAs } from '../report/render.ts';
import { runSweep, runsOfSweep } from '../sim/run-sweep.ts';
import { SWEEPABLE } from '../sim/sweep-axis.ts';
import { isBrokenCurve } from '../sim/sweep-result.ts';
import { loadAnyStrategy } from '../store/load-strategy.ts';
import type { Command } from './command.ts';
import { follow } from './follow.ts';
import { EXIT, onInterrupt } from './interrupt.ts';
import {
  type Arguments,
  chosen,
  liveOptions,
  outputOptions,
  scenarioOptions,
  scenarioRequest,
  text,
  textOf,
  wholeNumber,
} from './options.ts';
import { requireWritable, styleFor, withoutPrinting, writeResult } from './output.ts';
import { openStores, storeOptions } from './stores.ts';
import { referencesIn, requireDistinctNames } from './strategy-list.ts';

/** No waiting at all, one lock for all, and one for each event: they scale as differently as can be. */
const DEFAULT_STRATEGIES = 'compare-and-swap,global-lock,event-lock';
const DEFAULT_REPEATS = 3;
const MAX_REPEATS = 1000;

/** What is swept over, and what is sold where nothing is said. */
const DEFAULTS = `One of ${SWEEPABLE.map((flag) => `--${flag}`).join(', ')} takes several values, separated by commas. Without --scenario there is enough for everybody, and requests come as fast as possible; at a --rate for 2s; over --clients in a closed loop; from stores for 2s, too. The scalability law is fitted to 4 numbers of threads or more, and the knee is looked for in 3 rates or more.`;

export const sweepCommand: Command = {
  options: {
    strategies: text(
      `names or families (memory, file, postgres, redis, hybrid), separated by commas [${DEFAULT_STRATEGIES}]`,
      'Scenario:',
    ),
    repeats: text(
      `sales at each value, each time another stream [${DEFAULT_REPEATS}]`,
      'Scenario:',
    ),
    ...ownScenarioOptions(),
    ...storeOptions(),
    ...liveOptions(),
    ...outputOptions(SWEEP_FORMATS),
  },
  examples: [
    ['sim sweep --threads 1,2,3,4,6,8', 'how strategies scale, with the law fitted'],
    ['sim sweep --rate 50000,100000,200000,400000', 'the rate at which response times take off'],
    [
      'sim sweep --popularity uniform,zipf:0.5,zipf:1,zipf:2 --threads 4',
      'more and more contention',
    ],
    [
      'sim sweep --work-inside 0,1us,5us,20us --strategies event-lock,batch',
      'slower and slower work',
    ],
    ['sim sweep --threads 1,2,4,8 --scenario hot-event --format csv', 'on a preset, for programs'],
    ['sim sweep --clients 1,5,20,80 --strategies pg-update,pg-batch', 'on PostgreSQL'],
  ],
  epilogue: `${wrap(DEFAULTS, { color: false, width: 98 })}

Exit status: 0 done, 1 a strategy that is no control broke a promise or failed, 2 bad usage,
130 interrupted, 143 terminated.`,
  execute: sweepOnce,
};

/** Streams are not saved or replayed: each repeat has its own. */
function ownScenarioOptions(): Record<string, Options> {
  const { trace: _, 'trace-out': __, ...others } = scenarioOptions();
  return others;
}

async function sweepOnce(argv: Arguments): Promise<number> {
  const format = chosen(argv, 'format', SWEEP_FORMATS, 'table');
  const out = requireWritable(textOf(argv, 'out'), '--out');
  const repeats = wholeNumber(
    'repeats',
    textOf(argv, 'repeats') ?? String(DEFAULT_REPEATS),
    1,
    MAX_REPEATS,
  );
  const references = referencesIn(textOf(argv, 'strategies') ?? DEFAULT_STRATEGIES);
  const strategies = await withoutPrinting(() => Promise.all(references.map(loadAnyStrategy)));
  requireDistinctNames(strategies, references);
  const options = { strategies: references, request: scenarioRequest(argv), repeats };
  const names = strategies.map(({ name }) => name);
  const runs = runsOfSweep(options);
  // Before servers are started, which takes a second: from here on there is a result to show.
  const interrupt = onInterrupt();
  const stores = await openStores(argv, strategies);
  for (const note of stores.notes) process.stderr.write(`sim: ${note}\n`);
  const following = await follow(argv, { command: 'sim sweep', strategies: names, runs });
  const { onProgress, onResult } = following;
  const { signal } = interrupt;
  const { terms } = stores;
  const sweep = await runSweep({ ...options, stores: terms, signal, onProgress, onResult });
  following.clear();
  await stores.stop();
  const broken = sweep.curves.some((curve, index) =>
    isBrokenCurve(curve, strategies[index]?.breaks),
  );
  const exitCode = interrupt.code() ?? (broken ? EXIT.broken : EXIT.done);
  try {
    writeResult(renderSweepAs(format, sweep, styleFor(out)), out);
  } finally {
    await following.end(exitCode);
  }
  return exitCode;
}
