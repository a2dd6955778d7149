import { RECEIPT_FAULTS } from '../audit/receipts.ts';
import type { ToldContradiction, ToldOperation } from '../audit/told.ts';
import type { HistoryCheck } from '../sim/history-check.ts';
import type { StrategyPromise } from '../store/strategy.ts';
import { counted, formatCount, formatNs } from './format.ts';
import { plainTable, wrap, wrapCommand } from './plain.ts';
import { paint, type Style } from './style.ts';
import { toJson } from './to-json.ts';

export const CHECK_FORMATS = ['table', 'json', 'markdown'] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

export function renderHistoryCheck(format: CheckFormat, check: HistoryCheck, style: Style): string {
  switch (format) {
    case 'table':
      return checkToTable(check, style);
    case 'json':
      return toJson(check);
    case 'markdown':
      return checkToMarkdown(check);
  }
}

const LABEL_WIDTH = 17;

function checkToTable(check: HistoryCheck, style: Style): string {
  const lines = factsOf(check).map(([fact, text]) => {
    const label = paint(fact.padEnd(LABEL_WIDTH), 'dim', style);
    const shown = (fact === 'again' ? wrapCommand : wrap)(text, style, LABEL_WIDTH);
    return `${label}${fact === 'verdict' ? paintVerdict(check, shown, style) : shown}`;
  });
  const shown = evidenceOf(check, style);
  const title = paint(name(check.strategy ?? 'history', LONG_NAME_MAX), 'bold', style);
  return `${[title, ...lines, ...shown].join('\n')}\n`;
}

function paintVerdict({ verdict }: HistoryCheck, text: string, style: Style): string {
  const color = { ok: 'green', violated: 'red', unknown: 'yellow' } as const;
  return text.replace(verdict, paint(verdict, color[verdict], style));
}

function checkToMarkdown(check: HistoryCheck): string {
  const rows = factsOf(check).map(([fact, text]) => `| ${fact} | ${text.replaceAll('|', '\\|')} |`);
  const shown = evidenceOf(check, { color: false, width: 100 }).map((each) => {
    return ['', '```text', each.trim(), '```'].join('\n');
  });
  const title = `**${name(check.strategy ?? 'history', LONG_NAME_MAX)}**`;
  return `${[title, '', '| | |', '|:--|:--|', ...rows, ...shown].join('\n')}\n`;
}

/** What shows that something is wrong, one piece each. */
function evidenceOf(check: HistoryCheck, style: Style): string[] {
  const { contradictions } = check.linearizability;
  return [
    ...ticketFaults(check, style),
    ...contradictions.map((each) => contradiction(each, style)),
  ];
}

function factsOf(check: HistoryCheck): [string, string][] {
  const { history, looks, receipts, fairness, passed, indeterminate } = check;
  const facts: [string, string][] = [
    ['verdict', `${check.verdict}: ${conclude(check)}`],
    [
      'history',
      `${counted(history.operations, 'operation')} on ${counted(history.events, 'event')}, ${counted(history.capacity, 'ticket')}`,
    ],
    ['held to', history.promises.join(', ') || 'nothing'],
    ['linearizability', describeLinearizability(check)],
    [
      'stock',
      `${formatCount(check.oversold)} oversold, ${counted(check.falseSoldOut, 'false refusal')}`,
    ],
    [
      'tickets',
      `${formatCount(receipts.duplicateTicket)} granted twice, ${formatCount(receipts.lostReceipt)} not honoured, ${formatCount(receipts.foreignCancel)} given back by somebody else, ${formatCount(receipts.repeatedCancel)} given back twice`,
    ],
    ['looks', describeLooks(looks)],
    [
      'fairness',
      `Jain index ${fairness.jainIndex.toFixed(3)}, ${counted(fairness.inversions, 'inversion')}, passed by ${formatCount(fairness.mostOvertaken)} at most, longest wait ${formatNs(fairness.longestWaitNs)}`,
    ],
    [
      'queue jumps',
      `${formatCount(passed.regretted)} of ${counted(passed.refusals, 'refusal')} came before somebody who got as much`,
    ],
  ];
  if (indeterminate > 0) {
    facts.push([
      'indeterminate',
      `${counted(indeterminate, 'operation')} that nobody knows the end of`,
    ]);
  }
  return [...facts, ['again', check.command]];
}

function conclude(check: HistoryCheck): string {
  const { verdict, history, linearizability } = check;
  if (verdict === 'violated') {
    const faults = check.brokenPromises.flatMap((promise) => BROKEN[promise](check));
    if (linearizability.verdict === 'violated') {
      faults.push('no order of the operations explains it');
    }
    return faults.join('; ');
  }
  if (verdict === 'unknown') return 'nothing wrong was found, but not all could be decided';
  if (!history.promises.includes('noOversell')) return 'nothing that it promises was broken';
  return 'some order of the operations explains all of it, and every ticket was one of its kind';
}

/** What has happened where a promise is broken. */
const BROKEN: Readonly<Record<StrategyPromise, (check: HistoryCheck) => string[]>> = {
  noOversell({ oversold, receipts }) {
    const { duplicateTicket, foreignCancel, repeatedCancel } = receipts;
    const returns = foreignCancel + repeatedCancel;
    const faults: [number, string][] = [
      [oversold, `${counted(oversold, 'ticket')} sold that did not exist`],
      [duplicateTicket, `${counted(duplicateTicket, 'ticket')} granted twice`],
      [returns, `${counted(returns, 'return')} taken of tickets that were not held`],
    ];
    return faults.filter(([count]) => count > 0).map(([, what]) => what);
  },
  noLostReceipt: ({ receipts }) => [`${counted(receipts.lostReceipt, 'receipt')} not honoured`],
  noFalseSoldOut: ({ falseSoldOut }) => [
    `${counted(falseSoldOut, 'buyer')} refused although enough tickets were free`,
  ],
  noStaleRead: ({ looks }) => [
    `${counted(looks.stale + looks.wrong, 'look')} answered with what was not true`,
  ],
  noStarvation: ({ fairness }) => [
    `somebody waited ${formatNs(fairness.longestWaitNs)}, half of the sale or longer`,
  ],
};

function describeLinearizability({ linearizability, history }: HistoryCheck): string {
  const { verdict, decided, undecidedEvents, violatedEvents } = linearizability;
  if (!history.promises.includes('noOversell'))
    return 'not checked: it may sell more than there is';
  const parts = [
    [decided.account, "by the store's own account"],
    [decided.sweep, 'by a sweep'],
    [decided.frontier, 'by following all possible pasts'],
  ] as const;
  const ways = parts
    .filter(([events]) => events > 0)
    .map(([events, how]) => `${counted(events, 'event')} decided ${how}`);
  if (violatedEvents > 0) ways.push(`${formatCount(violatedEvents)} violated`);
  if (undecidedEvents > 0) ways.push(`${formatCount(undecidedEvents)} undecided: too much at once`);
  return `${verdict}${ways.length > 0 ? `: ${ways.join(', ')}` : ''}`;
}

function describeLooks({ count, fresh, stale, wrong, oldestNs }: HistoryCheck['looks']): string {
  if (count === 0) return 'none';
  const age = stale > 0 ? `, ${formatNs(oldestNs)} old at the worst` : '';
  return `${formatCount(count)}: ${formatCount(fresh)} fresh, ${formatCount(stale)} stale${age}, ${formatCount(wrong)} never true`;
}

/** Operations shown of a contradiction: the last ones, which are nearest to it. */
const SHOWN_MAX = 20;
/** Names may be of any length; in a table there is room for few letters, in a sentence for more. */
const NAME_MAX = 16;
const LONG_NAME_MAX = 40;

/** The operations that fit into no order, one a line. */
function contradiction(found: ToldContradiction, style: Style): string {
  const { left, operations, unexplained } = found;
  const [from = 0] = operations.map(({ startNs }) => startNs);
  const table = operationTable(style);
  let hidden = 0;
  operations.forEach((operation, index) => {
    if (index < operations.length - SHOWN_MAX && index !== unexplained) hidden++;
    else table.push(rowOf(operation, from, index === unexplained ? paint('!', 'red', style) : ' '));
  });
  const event = found.event === '' ? '' : `event ${name(found.event, LONG_NAME_MAX)}: `;
  const more = hidden > 0 ? `; ${counted(hidden, 'earlier operation')} not shown` : '';
  return [
    '',
    wrap(
      `${event}${counted(left, 'ticket')} left by all that had ended before${more}; times in ns from ${formatNs(from)}`,
      style,
    ),
    table.toString(),
    wrap('in no order of these can the one marked ! have been told so', style),
  ].join('\n');
}

/** The operations that show the first faults with tickets. */
function ticketFaults({ receipts }: HistoryCheck, style: Style): string[] {
  return receipts.examples.map(({ fault, operation }) => {
    const table = operationTable(style);
    table.push(rowOf(operation, operation.startNs, ' '));
    const event = operation.event === '' ? '' : `event ${name(operation.event, LONG_NAME_MAX)}: `;
    const who =
      operation.client === null ? 'somebody' : `client ${name(operation.client, LONG_NAME_MAX)}`;
    const what = `${event}${who} ${RECEIPT_FAULTS[fault]}; times in ns from ${formatNs(operation.startNs)}`;
    return ['', wrap(what, style), table.toString()].join('\n');
  });
}

function operationTable(style: Style): ReturnType<typeof plainTable> {
  const table = plainTable(['left', 'left', 'left', 'left', 'right', 'right']);
  const heads = ['', 'client', 'asks', 'is told', 'from', 'to'];
  table.push(heads.map((head) => paint(head, 'dim', style)));
  return table;
}

function rowOf(operation: ToldOperation, fromNs: number, mark: string): string[] {
  const { client, startNs, endNs } = operation;
  const to = endNs === null ? 'never' : `+${formatCount(endNs - fromNs)}`;
  return [
    mark,
    client === null ? '?' : name(client),
    askOf(operation),
    toldOf(operation),
    `+${formatCount(startNs - fromNs)}`,
    to,
  ];
}

/** A name that somebody else gave, fit to be printed. */
function name(given: string, longest: number = NAME_MAX): string {
  const clean = given.replaceAll(/\p{C}/gu, '?');
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean;
}

function askOf(operation: ToldOperation): string {
  const { kind, quantity } = operation;
  if (kind === 'browse') return 'how many are left';
  return kind === 'cancel' ? `cancel ${ticketsOf(operation)}` : `reserve ${quantity ?? ''}`;
}

const ANSWERS: Readonly<Record<string, string>> = {
  soldOut: 'sold out',
  cancelled: 'taken back',
  indeterminate: 'nothing',
};

function toldOf(operation: ToldOperation): string {
  const { outcome, left } = operation;
  if (left !== null) return `${formatCount(left)} left`;
  return outcome === 'reserved' ? ticketsOf(operation) : (ANSWERS[outcome] ?? outcome);
}

function ticketsOf({ tickets, quantity }: ToldOperation): string {
  const [first = ''] = tickets;
  const count = quantity ?? 0;
  if (count <= 1) return `ticket ${name(first)}`;
  const isRange = tickets.every((ticket, place) => ticket === `${Number(first) + place}`);
  return `tickets ${isRange ? `${first}-${Number(first) + count - 1}` : name(tickets.join(', '))}`;
}
