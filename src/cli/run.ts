import type { History } from '../audit/history.ts';
import { InputError, messageOf } from '../base/errors.ts';
import { RESULT_FORMATS, type ResultFormat } from '../report/formats.ts';
import type { Style } from '../report/style.ts';
import { renderRun } from '../report/table.ts';
import { toJson } from '../report/to-json.ts';
import { isBroken, type RunResult } from '../sim/result.ts';
import { run } from '../sim/run.ts';
import { loadAnyStrategy } from '../store/load-strategy.ts';
import type { Command } from './command.ts';
import {
  type Arguments,
  liveOptions,
  outputOptions,
  presetLines,
  scenarioOptions,
  text,
  textOf,
} from './options.ts';
import { requireDistinct, requireFile, withoutPrinting } from './output.ts';
import { openSession } from './session.ts';
import { STORE_SCENARIO, storeOptions } from './stores.ts';
import { thresholdLines, thresholdOptions } from './thresholds.ts';

export const runCommand: Command = {
  options: {
    strategy: text('how stock is kept consistent; see sim strategies', 'Scenario:'),
    ...scenarioOptions(),
    record: text('write down every request, for sim check; .jsonl for JSON lines', 'Output:'),
    ...storeOptions(),
    ...thresholdOptions(),
    ...liveOptions(),
    ...outputOptions(RESULT_FORMATS),
  },
  examples: [
    ['sim run --strategy compare-and-swap --clients 1000 --rate 50000', 'five seconds of sales'],
    ['sim run --strategy check-then-act --scenario last-ticket', 'an oversell, caught'],
    ['sim run --strategy pg-update', 'on PostgreSQL: a server of its own, or --postgres URL'],
    ['sim run --strategy event-lock --rate max --requests 5000000', 'as fast as it goes'],
    [
      'sim run --strategy http --target http://localhost:8080 --adapter ./my-adapter.js',
      'a running service of yours: does it oversell?',
    ],
    ['sim run --strategy rw-lock --rate 20000 --live 0', 'while it runs, in a browser'],
    ['sim run --strategy rw-lock --format json | jq .audit', 'the audit alone'],
    [
      "sim run --strategy event-lock --threshold oversold==0 --threshold 'p99<5ms'",
      'a demand on it, for a pipeline',
    ],
    [
      'sim run --strategy event-lock --requests 100000 --record sale.bin',
      'then: sim check sale.bin',
    ],
  ],
  epilogue: `Presets (on a store, ${STORE_SCENARIO} when none is named):\n${presetLines()}\n\n${thresholdLines()}\n\nExit status: 0 done, 1 a promise or a threshold was broken or the run failed, 2 bad usage,\n130 interrupted, 143 terminated.`,
  execute: runOnce,
};

async function runOnce(argv: Arguments): Promise<number> {
  const strategy = textOf(argv, 'strategy');
  if (strategy === undefined) {
    throw new InputError('--strategy is needed; sim strategies lists them');
  }
  const loaded = await withoutPrinting(() => loadAnyStrategy(strategy));
  const record = requireFile(textOf(argv, 'record'), '--record');
  const plan = { command: 'sim run', strategies: [loaded.name], runs: 1 };
  const { options, format, style, finish } = await openSession(argv, plan, [loaded]);
  requireDistinct({
    '--record': record,
    '--out': textOf(argv, 'out'),
    '--trace': textOf(argv, 'trace'),
    '--trace-out': textOf(argv, 'trace-out'),
  });
  let history: History | undefined;
  const keep = (recorded: History): void => {
    history = recorded;
  };
  const result = await run({
    strategy,
    ...options,
    onHistory: record === undefined ? undefined : keep,
  });
  const code = await finish(await rendered(format, result, style), isBroken(result));
  // Last, so that the result is told even if there is no room for the history.
  if (record !== undefined && history) await save(record, history);
  return code;
}

/** The other formats are loaded when they are asked for: the pages alone take longer than a small sale. */
async function rendered(format: ResultFormat, result: RunResult, style: Style): Promise<string> {
  if (format === 'table') return renderRun(result, style);
  if (format === 'json') return toJson(result);
  const { renderRunAs } = await import('../report/render.ts');
  return renderRunAs(format, result, style);
}

async function save(path: string, history: History): Promise<void> {
  const { saveHistory } = await import('../audit/save-history.ts');
  try {
    saveHistory(path, history);
  } catch (error) {
    throw new InputError(`--record cannot write ${path}: ${messageOf(error)}`);
  }
}
