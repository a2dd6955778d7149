import type { RunResult } from '../../sim/result.ts';
import { describeLengths, describeMachine, describeScenario } from '../describe.ts';
import { counted } from '../format.ts';
import { html, type Part } from './markup.ts';
import type { Section } from './page.ts';
import { facts } from './table.ts';

/** Where the figures come from, and how to make them again. */
export function originSection(results: readonly RunResult[]): Section {
  const [first] = results;
  return {
    id: 'origin',
    title: 'Where this comes from',
    body: [
      first === undefined
        ? undefined
        : facts([
            ['scenario', describeScenario(first)],
            ['stream', digestOf(results)],
            ['warm-up', describeWarmUps(results)],
            ['machine', describeMachine(first)],
          ]),
      commands(results),
    ],
  };
}

function digestOf(results: readonly RunResult[]): Part {
  const complete = results.find(({ stream }) => stream.digest !== '');
  if (!complete) return 'unknown: every run was cut short';
  const lengths = describeLengths(results.filter(({ stream }) => stream.digest !== ''));
  if (lengths !== undefined) return lengths;
  const others = new Set(results.map(({ stream }) => stream.digest).filter((each) => each !== ''));
  const same = results.length === 1 || others.size > 1 ? '' : ', the same for every strategy';
  return html`<code>${complete.stream.digest}</code> (SHA-256 of all requests${same})`;
}

/** Those of strategies in memory; whoever waits for a store does not wait for the compiler. */
function describeWarmUps(results: readonly RunResult[]): string {
  const inMemory = results.find(({ store }) => store === undefined);
  const inStores = results.some(({ store }) => store !== undefined);
  return [
    ...(inMemory ? [describeWarmUp(inMemory)] : []),
    ...(inStores ? ['none where stock lies in a store'] : []),
  ].join('; ');
}

function describeWarmUp({ warmUp }: RunResult): string {
  if (warmUp.privateSales === 0) return 'none, so the first requests also measure the compiler';
  return `before the sale opens, each thread sells out ${counted(warmUp.privateSales, 'private sale')} of its own with ${counted(warmUp.requestsEach, 'request')} each; that is fixed beforehand and never measured`;
}

function commands(results: readonly RunResult[]): Part {
  const text = results.map(({ command }) => command).join('\n');
  const heading = results.length === 1 ? 'The same again' : 'The same again, one by one';
  return html`<h3>${heading}</h3>
<pre>${text}</pre>
`;
}
