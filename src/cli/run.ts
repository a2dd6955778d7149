import { InputError } from '../base/errors.ts';
import { renderRunAs } from '../report/render.ts';
import { isBroken } from '../sim/result.ts';
import { run } from '../sim/run.ts';
import { loadStrategy } from '../store/load-strategy.ts';
import type { Command } from './command.ts';
import {
  type Arguments,
  outputOptions,
  presetLines,
  scenarioOptions,
  text,
  textOf,
} from './options.ts';
import { withoutPrinting } from './output.ts';
import { openSession } from './session.ts';

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
  const { options, format, style, finish } = openSession(argv);
  const result = await run({ strategy, ...options });
  return finish(renderRunAs(format, result, style), isBroken(result));
}
