import type { Sweep } from '../../sim/sweep-result.ts';
import { isControl } from '../../store/controls.ts';
import { describeMachine } from '../describe.ts';
import { counted } from '../format.ts';
import { worstVerdict } from '../sweep-columns.ts';
import { describeSweep, sweepFindings } from '../sweep-conclusion.ts';
import type { Assets } from './assets.ts';
import { html, type Markup } from './markup.ts';
import { renderPage, type Section } from './page.ts';
import { scalingSection } from './sweep-figures.ts';
import { pointsSection } from './sweep-tables.ts';
import { facts, sentences } from './table.ts';
import { type Mood, WORDS } from './verdict.ts';

/** A sweep over one setting as a page. */
export function sweepToHtml(sweep: Sweep, assets: Assets): string {
  const { curves, over } = sweep;
  const [first] = curves;
  const names = curves.length === 1 ? first?.strategy : `${curves.length} strategies`;
  const sections = [
    scalingSection(sweep),
    pointsSection(sweep),
    voidSection(sweep),
    originSection(sweep),
  ];
  return renderPage(
    {
      title: `Scaling of ${names} over ${over}`,
      about: `${describeSweep(sweep)}.`,
      verdict: verdictOf(sweep),
      sections: curves.some(({ points }) => points.length > 0) ? sections : [],
    },
    assets,
  );
}

function verdictOf(sweep: Sweep): Markup {
  const { curves, over } = sweep;
  const mood = moodOfSweep(sweep);
  const inexact = curves.filter(({ points }) =>
    points.some((each) => worstVerdict(each) !== 'exact'),
  );
  const points = curves.flatMap((curve) => curve.points);
  const text =
    points.length === 0
      ? 'Nothing was run.'
      : inexact.length === 0
        ? `At every value of ${over}, every run was exact.`
        : `Not every run was exact: ${inexact.map(({ strategy }) => strategy).join(', ')}.`;
  return html`<p class="lead ${mood}"><span class="word">${WORDS[mood]}</span> ${text}</p>
${sentences(sweepFindings(sweep))}`;
}

/** Bad where a strategy that is no control broke a promise, in doubt where runs are missing or all are void. */
function moodOfSweep({ curves, interrupted }: Sweep): Mood {
  const tested = curves.filter(({ strategy }) => !isControl(strategy));
  const isBroken = tested.some(({ points }) =>
    points.some(({ brokenPromises }) => brokenPromises.length > 0),
  );
  if (isBroken) return 'bad';
  const points = curves.flatMap((curve) => curve.points);
  const isShort = interrupted || points.some(({ verdicts }) => verdicts.incomplete !== undefined);
  return isShort || points.every(({ runs, voidRuns }) => runs === voidRuns) ? 'doubt' : 'good';
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
  const { command, seeds } = sweep;
  return {
    id: 'origin',
    title: 'Where this comes from',
    body: [
      facts([
        ['scenario', describeSweep(sweep)],
        ['seeds', seeds.join(', ')],
        ['machine', describeMachine(sweep)],
      ]),
      html`<h3>The same again</h3>
<pre>${command}</pre>
`,
    ],
  };
}
