import { currentEpoch, systemClock } from '../base/clock.ts';
import { InputError } from '../base/errors.ts';
import { renderRunAs } from '../report/render.ts';
import { run } from '../sim/run.ts';
import { resolveScenario } from '../sim/scenario.ts';
import { loadStrategy } from '../store/load-strategy.ts';
import type { Command } from './command.ts';
import { EXIT, noteMissingTrace, onInterrupt } from './interrupt.ts';
import {
  type Arguments,
  formatOf,
  isSet,
  outputOptions,
  presetLines,
  scenarioOptions,
  scenarioRequest,
  text,
  textOf,
} from './options.ts';
import {
  requireDistinct,
  requireFile,
  requireWritable,
  styleFor,
  withoutPrinting,
  writeResult,
} from './output.ts';
import { progressLine } from './progress.ts';

export const runCommand: Command = {
  name: 'run',
  summary: 'Sell a stream of requests with one strategy, and audit what was sold',
  options: {
    strategy: text('how stock is kept consistent; see sim strategies', 'Scenario:'),
    ...scenarioOptions(),
    ...outputOptions(),
  },
  examples: [
    ['sim run --strategy compare-and-swap --clients 1000 --rate 50000', 'five seconds of sales'],
    ['sim run --strategy check-then-act --scenario last-ticket', 'an oversell, caught'],
    ['sim run --strategy event-lock --rate max --requests 5000000', 'as fast as it goes'],
    ['sim run --strategy rw-lock --format json | jq .audit', 'the audit alone'],
  ],
  epilogue: `Presets:\n${presetLines()}\n\nExit status: 0 done, 1 a promise was broken or the run failed, 2 bad usage, 130 interrupted,\n143 terminated.`,
  execute: runOnce,
};

async function runOnce(argv: Arguments): Promise<number> {
  const strategy = textOf(argv, 'strategy');
  if (strategy === undefined) {
    throw new InputError('--strategy is needed; sim strategies lists them');
  }
  await withoutPrinting(() => loadStrategy(strategy));
  const format = formatOf(argv);
  const out = requireWritable(textOf(argv, 'out'), '--out');
  const traceOut = requireFile(textOf(argv, 'trace-out'), '--trace-out');
  requireDistinct({ '--trace': textOf(argv, 'trace'), '--out': out, '--trace-out': traceOut });
  const scenario = resolveScenario(scenarioRequest(argv));
  const clock = systemClock(currentEpoch());
  const progress = progressLine(isSet(argv, 'quiet'), () => clock.now() / 1e6);
  const interrupt = onInterrupt();
  const { signal } = interrupt;
  const onProgress = progress.show;
  const result = await run({ strategy, scenario, traceOut, signal, onProgress });
  progress.clear();
  writeResult(renderRunAs(format, result, styleFor(out)), out);
  const { brokenPromises, verdict } = result.audit;
  const bad = brokenPromises.length > 0 || verdict === 'incomplete';
  noteMissingTrace(interrupt.code(), traceOut);
  return interrupt.code() ?? (bad ? EXIT.broken : EXIT.done);
}
