import type { Sweep } from '../../sim/sweep-result.ts';
import { describeMachine } from '../describe.ts';
import { counted, formatCount } from '../format.ts';
import type { Assets } from './assets.ts';
import { html, type Markup } from './markup.ts';
import { renderPage, type Section } from './page.ts';
import { scalingSection } from './sweep-figures.ts';
import { pointsSection } from './sweep-tables.ts';
import { facts, sentences } from './table.ts';

/** A sweep over one setting as a page. */
export function sweepToHtml(sweep: Sweep, assets: Assets): string {
  const { curves, over, values, repeats } = sweep;
  const names = curves.map(({ strategy }) => strategy);
  return renderPage(
    {
      title: `Scaling of ${names.length === 1 ? names[0] : counted(names.length, 'strategy').replace(/strategys$/, 'strategies')} over ${over}`,
      about: `${over} ${values.join(', ')}; ${counted(repeats, 'run')} at each point; ${names.join(', ')}.`,
      verdict: verdictOf(sweep),
      sections: [
        scalingSection(sweep),
        pointsSection(sweep),
        voidSection(sweep),
        originSection(sweep),
      ],
    },
    assets,
  );
}

function verdictOf({ curves, over }: Sweep): Markup {
  const oversold = curves.filter(({ points }) => points.some((point) => point.oversold > 0));
  const faulty = curves.filter(({ points }) =>
    points.some(({ verdicts }) => Object.keys(verdicts).some((verdict) => verdict !== 'exact')),
  );
  const [word, mood] = faulty.length > 0 ? ['faults found', 'bad'] : ['sound', 'good'];
  const faults = faulty.map(({ strategy, points }) => {
    const tickets = points.reduce((sum, point) => sum + point.oversold, 0);
    return oversold.some((curve) => curve.strategy === strategy)
      ? `${strategy} sold ${counted(tickets, 'ticket')} that did not exist`
      : `not every run of ${strategy} was exact`;
  });
  const text =
    faults.length === 0 ? `at every value of ${over}, every run was exact` : faults.join('; ');
  const says = curves.flatMap(({ strategy, usl, knee }) =>
    [usl?.says, knee?.says].flatMap((each) => (each === undefined ? [] : [`${strategy}: ${each}`])),
  );
  return html`<p class="lead ${mood}"><span class="word">${word}</span> ${text.charAt(0).toUpperCase()}${text.slice(1)}.</p>
${sentences(says)}`;
}

function voidSection({ curves, over }: Sweep): Section {
  const voids = curves.flatMap(({ strategy, points }) =>
    points
      .filter(({ voidRuns }) => voidRuns > 0)
      .map(
        ({ value, voidRuns, runs, reasons }) =>
          `${strategy} at ${over} ${value}: ${voidRuns} of ${counted(runs, 'run')} void: ${reasons.join('; ')}.`,
      ),
  );
  const body = voids.length === 0 ? html`<p>Yes: no run broke a limit.</p>` : sentences(voids);
  return { id: 'health', title: 'Can the figures be believed?', body };
}

function originSection(sweep: Sweep): Section {
  const { scenario, command } = sweep;
  return {
    id: 'origin',
    title: 'Where this comes from',
    body: [
      facts([
        ['machine', describeMachine(sweep)],
        [
          'tickets',
          `${counted(scenario.events, 'event')} of ${counted(scenario.ticketsPerEvent, 'ticket')}`,
        ],
        ['clients', formatCount(scenario.clients)],
        ['seed', scenario.seed],
      ]),
      html`<h3>The same again</h3>
<pre>${command}</pre>
`,
    ],
  };
}
