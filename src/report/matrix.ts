import type { DetectionMatrix, MatrixRow, Trial } from '../sim/matrix.ts';
import { CHECKERS, type CheckerName } from '../store/mutants/mutant.ts';
import { toCsv } from './csv.ts';
import { counted, formatNs, formatShort } from './format.ts';
import type { Format } from './formats.ts';
import { plainTable, wrap } from './plain.ts';
import { paint, type Style } from './style.ts';
import { toJson } from './to-json.ts';

/** The detection matrix in any format. */
export function renderMatrix(format: Format, matrix: DetectionMatrix, style: Style): string {
  switch (format) {
    case 'table':
      return matrixToTable(matrix, style);
    case 'json':
      return toJson(matrix);
    case 'markdown':
      return matrixToMarkdown(matrix);
    case 'csv':
      return toCsv(
        matrix.rows.flatMap(({ strategy, kind, trials }) => {
          return trials.map((trial) => ({ strategy, kind, ...trial }));
        }),
      );
  }
}

function checkersOf({ rows }: DetectionMatrix): CheckerName[] {
  return (rows[0]?.trials ?? []).map(({ checker }) => checker);
}

function matrixToTable(matrix: DetectionMatrix, style: Style): string {
  const checkers = checkersOf(matrix);
  const table = plainTable(['left', ...checkers.map(() => 'right' as const)]);
  table.push(['', ...checkers].map((heading) => paint(heading, 'dim', style)));
  table.push(
    ['strategy', ...checkers.map(unitOf(matrix))].map((text) => paint(text, 'dim', style)),
  );
  for (const row of matrix.rows) {
    table.push([row.strategy, ...row.trials.map((trial) => paintTrial(row, trial, style))]);
  }
  const last = matrix.rows.map((row) => complaintOf(row)).filter((text) => text !== undefined);
  return [
    table.toString(),
    '',
    ...last.map((text) => wrap(text, style)),
    wrap(concludeMatrix(matrix), style),
    paint(wrap(LEGEND, style), 'dim', style),
    '',
  ].join('\n');
}

const LEGEND =
  'how much it took to catch it, and how long; ( ) what need not have been caught; - not caught, nor need it be; clean: what is correct and was not flagged';

function unitOf({ rows }: DetectionMatrix): (checker: CheckerName) => string {
  const trials = rows[0]?.trials ?? [];
  return (checker) => trials.find((trial) => trial.checker === checker)?.unit ?? '';
}

function textOf({ kind }: MatrixRow, { caught, required, effort, durationMs }: Trial): string {
  if (!caught) {
    if (required) return 'MISSED';
    return isBug(kind) ? '-' : 'clean';
  }
  if (kind === 'correct') return 'FALSE ALARM';
  if (kind === 'own') return 'FLAGGED';
  const taken = `${formatShort(effort)} ${formatNs(durationMs * 1e6)}`;
  return required ? taken : `(${taken})`;
}

function paintTrial(row: MatrixRow, trial: Trial, style: Style): string {
  const text = textOf(row, trial);
  const wrong = trial.caught ? !isBug(row.kind) : trial.required;
  if (wrong) return paint(text, 'red', style);
  return trial.caught ? paint(text, 'green', style) : paint(text, 'dim', style);
}

function isBug(kind: MatrixRow['kind']): boolean {
  return kind === 'mutant' || kind === 'control';
}

/** What is wrong with a row, if anything is. */
function complaintOf({ strategy, kind, trials }: MatrixRow): string | undefined {
  const missed = trials.filter(({ required, caught }) => required && !caught);
  const alarms = isBug(kind) ? [] : trials.filter(({ caught }) => caught);
  const parts = [
    ...(missed.length > 0 ? [`missed by ${missed.map(({ checker }) => checker).join(', ')}`] : []),
    ...alarms.map(({ checker, finding }) => `flagged by ${checker} (${finding ?? ''})`),
  ];
  return parts.length === 0 ? undefined : `${strategy} was ${parts.join('; ')}`;
}

/** The matrix in a sentence. */
function concludeMatrix(matrix: DetectionMatrix): string {
  const { rows, missed, falseAlarms, interrupted, durationMs } = matrix;
  const bugs = rows.filter(({ kind }) => isBug(kind)).length;
  const correct = rows.filter(({ kind }) => kind === 'correct').length;
  const own = rows.length - bugs - correct;
  const caught =
    missed === 0
      ? `${counted(bugs, 'known bug')}, each caught by every checker that has to`
      : `${counted(bugs, 'known bug')}, ${counted(missed, 'time')} missed by a checker that has to catch it`;
  const alarms =
    falseAlarms === 0
      ? `${counted(correct, 'correct strategy').replace(/strategys$/, 'strategies')}, none flagged`
      : `${counted(falseAlarms, 'false alarm')} about correct strategies`;
  const told = `${counted(own, 'strategy').replace(/strategys$/, 'strategies')} of your own, flagged ${counted(matrix.flagged, 'time')}`;
  const parts = [
    ...(bugs > 0 ? [caught] : []),
    ...(correct > 0 ? [alarms] : []),
    ...(own > 0 ? [told] : []),
  ];
  const took = `in ${formatNs(durationMs * 1e6)}${interrupted ? ', interrupted' : ''}`;
  return `${parts.join('; ')}; ${took}.`;
}

function matrixToMarkdown(matrix: DetectionMatrix): string {
  const checkers = checkersOf(matrix);
  const heads = checkers.map((checker) => `${checker} (${unitOf(matrix)(checker)})`);
  const lines = [
    `| strategy | ${heads.join(' | ')} |`,
    `|:--|${checkers.map(() => '--:').join('|')}|`,
    ...matrix.rows.map((row) => {
      const cells = row.trials.map((trial) => {
        const text = textOf(row, trial);
        return trial.required && trial.caught ? `**${text}**` : text;
      });
      return `| ${row.strategy} | ${cells.join(' | ')} |`;
    }),
  ];
  const bugs = matrix.rows.filter(({ kind }) => isBug(kind));
  const { cpu, cores, node, commit } = matrix.environment;
  return [
    ...lines,
    '',
    `${concludeMatrix(matrix)} Bold: has to be caught. ( ): need not have been. ${checkers.map((each) => `${each}: ${CHECKERS[each]}`).join('; ')}.`,
    '',
    ...bugs.map(({ strategy, summary, source }) => `- **${strategy}**: ${summary} *(${source})*`),
    '',
    `${cpu}, ${counted(cores, 'core')}, Node ${node}, onsale ${commit}. Again: \`${matrix.command}\``,
    '',
  ].join('\n');
}
