import type { HealthCheck, RunResult } from '../../sim/result.ts';
import type { ThresholdOutcome } from '../../sim/threshold-outcome.ts';
import { formatNs } from '../format.ts';
import { thresholdValue } from '../thresholds.ts';
import { html, type Markup } from './markup.ts';
import type { Section } from './page.ts';
import { type SortColumn, sentences, sortTable } from './table.ts';

interface Held {
  readonly strategy: string;
  readonly outcome: ThresholdOutcome;
}

/** The limits that the reader set; no section where there are none. */
export function thresholdsSection(results: readonly RunResult[]): Section[] {
  const rows = results.flatMap(({ strategy, thresholds = [] }) =>
    thresholds.map((outcome): Held => ({ strategy, outcome })),
  );
  if (rows.length === 0) return [];
  const columns: SortColumn<Held>[] = [
    { heading: 'threshold', show: ({ outcome }) => html`<code>${outcome.threshold}</code>` },
    { heading: 'strategy', show: ({ strategy }) => strategy },
    { heading: 'held', show: ({ outcome }) => okCell(outcome.ok, 'held', 'broken') },
    {
      heading: 'value',
      show: ({ outcome }) => thresholdValue(outcome),
      sortBy: ({ outcome }) => outcome.value,
    },
  ];
  const caption = 'What each run was held to';
  return [
    {
      id: 'thresholds',
      title: 'Thresholds',
      body: sortTable({ id: 'thresholds-table', caption, columns, rows }),
    },
  ];
}

interface Checked {
  readonly strategy: string;
  readonly check: HealthCheck;
}

/**
 * Whether the figures can be believed, check by check.
 * @param isOneBlock whether these are the runs of one block among others
 */
export function healthSection(results: readonly RunResult[], isOneBlock = false): Section {
  const rows = results.flatMap(({ strategy, health }) =>
    health.checks.map((check): Checked => ({ strategy, check })),
  );
  const failed = rows.filter(({ check }) => !check.ok);
  const isSingle = results.length === 1;
  return {
    id: 'health',
    title: 'Can the figures be believed?',
    body: [
      isOneBlock
        ? html`<p class="note">Of the first block that counts; what was void in others is told with their runs.</p>`
        : undefined,
      believed(results),
      isSingle || failed.length === 0
        ? undefined
        : checksTable('failed-checks', 'Checks that failed', failed),
      isSingle
        ? checksTable('checks', 'Checks of the measurement', rows)
        : html`<details><summary>All checks (${rows.length})</summary>
${checksTable('checks', 'Checks of the measurement', rows)}</details>
`,
    ],
  };
}

/** Whose figures are void, and why, as far as no check says so. */
function believed(results: readonly RunResult[]): Markup {
  const voids = results.filter(({ health }) => !health.valid);
  if (voids.length === 0) return html`<p>Yes: no run broke a limit.</p>`;
  const unchecked = voids.filter(({ health }) => health.checks.every(({ ok }) => ok));
  const names = voids.length === results.length ? 'None of them' : 'Not those of';
  const list =
    voids.length === results.length ? '' : ` ${voids.map(({ strategy }) => strategy).join(', ')}`;
  return html`<p>${names}${list}: a limit was broken, and the figures are void.</p>
${sentences(unchecked.map(({ strategy, health }) => `${strategy}: ${health.reasons.join('; ')}.`))}`;
}

function checksTable(id: string, caption: string, rows: readonly Checked[]): Markup {
  const columns: SortColumn<Checked>[] = [
    { heading: 'check', show: ({ check }) => check.name },
    { heading: 'strategy', show: ({ strategy }) => strategy },
    { heading: 'result', show: ({ check }) => okCell(check.ok, 'ok', 'failed') },
    {
      heading: 'value',
      show: ({ check }) => formatCheck(check, check.value),
      sortBy: ({ check }) => check.value,
    },
    {
      heading: 'limit',
      show: ({ check }) => (check.limit === null ? 'none' : formatCheck(check, check.limit)),
      sortBy: ({ check }) => check.limit,
    },
    { heading: 'in words', show: ({ check }) => check.says },
  ];
  return sortTable({ id, caption, columns, rows });
}

function formatCheck({ unit }: HealthCheck, value: number): string {
  return unit === 'ns' ? formatNs(value) : String(Number(value.toPrecision(3)));
}

function okCell(ok: boolean, good: string, bad: string): Markup {
  return html`<span class="word ${ok ? 'good' : 'bad'}">${ok ? good : bad}</span>`;
}
