// Follows a command that sells, by the events of its server.
import { formatCount } from '../../src/report/format.ts';
import type { CurrentRun, SessionState } from '../../src/sim/session-state.ts';
import { ratesOf } from '../../src/stats/rates.ts';
import { startTheme } from '../report/theme.ts';
import { Plots } from './plots.ts';
import { follow } from './stream.ts';
import { fillTable, put, show } from './view.ts';
import * as words from './words.ts';

/** Read out no more often than this, but for the end. */
const SPOKEN_EVERY_MS = 15_000;
/** Rows of the table of looks. */
const LOOKS = 20;

const plots = new Plots();
let spokenMs = Number.NEGATIVE_INFINITY;

function told(state: SessionState): void {
  const { command, current, strategies, end } = state;
  put('command', `${command}, live`);
  document.title = `${end === null ? '' : 'Over: '}${command} - onsale`;
  showStatus(words.statusOf(state));
  if (current) showRun(current);
  show('strategies', strategies.length > 0);
  fillTable(
    'strategies',
    words.STRATEGY_HEADINGS,
    strategies.map((each) => {
      const running = end === null && current?.strategy === each.strategy;
      return { cells: words.strategyCells(each, running), mood: words.moodOf(each) };
    }),
  );
  speak(state);
}

function showStatus({ mood, word, text }: words.Status): void {
  const status = document.getElementById('status') as HTMLElement;
  status.className = `lead ${mood ?? ''}`;
  const name = document.createElement('span');
  name.className = 'word';
  name.textContent = word;
  status.replaceChildren(name, ` ${text}`);
}

function showRun(run: CurrentRun): void {
  const { strategy, part, expected, capacity, samples } = run;
  const last = samples.at(-1);
  const wasHidden = document.getElementById('run')?.hidden ?? false;
  show('run', true);
  // Nothing can be drawn to size while it is hidden.
  if (wasHidden) plots.restyle();
  put('run-title', part === undefined ? strategy : `${strategy}, ${part}`);
  if (!last) return;
  const { completed, ticketsLeft } = last;
  const of = expected === null ? '' : ` of ${formatCount(expected)}`;
  fillBar(
    'requests',
    expected === null ? null : completed / expected,
    `${formatCount(completed)}${of}`,
  );
  fillBar(
    'stock',
    ticketsLeft / capacity,
    `${formatCount(ticketsLeft)} of ${formatCount(capacity)}`,
  );
  showFigures(words.figuresOf(samples));
  plots.show(samples);
  showLooks(run);
}

/** A bar without a share is hidden: nobody knows how much is to come. */
function fillBar(id: string, share: number | null, text: string): void {
  const bar = document.getElementById(id) as HTMLProgressElement;
  if (share === null) bar.removeAttribute('value');
  else bar.value = share;
  put(`${id}-text`, text);
}

function showFigures(figures: ReturnType<typeof words.figuresOf>): void {
  const list = document.getElementById('figures') as HTMLElement;
  list.replaceChildren(
    ...figures.map(([name, value]) => {
      const group = document.createElement('div');
      const [term, figure] = [document.createElement('dt'), document.createElement('dd')];
      term.textContent = name;
      figure.textContent = value;
      group.append(term, figure);
      return group;
    }),
  );
}

function showLooks({ samples }: CurrentRun): void {
  const details = document.getElementById('looks') as HTMLDetailsElement;
  if (!details.open) return;
  const rates = ratesOf(samples);
  const rows = samples.map((sample, index) => {
    return { cells: words.lookCells(sample, rates[index] as (typeof rates)[number]) };
  });
  fillTable('looks', words.LOOK_HEADINGS, rows.slice(-LOOKS).toReversed());
}

/** Tells those who listen to the page now and then, and how it ended. */
function speak(state: SessionState): void {
  const nowMs = document.timeline.currentTime as number;
  if (state.end === null && nowMs - spokenMs < SPOKEN_EVERY_MS) return;
  spokenMs = nowMs;
  put('spoken', words.spokenOf(state));
}

// Tables that do not fit are scrolled, also by keyboard.
for (const box of document.querySelectorAll<HTMLElement>('.scroll')) box.tabIndex = 0;
let latest: SessionState | undefined;
document.getElementById('looks')?.addEventListener('toggle', () => {
  if (latest?.current) showLooks(latest.current);
});
startTheme(() => {
  if (document.getElementById('run')?.hidden === false) plots.restyle();
});
follow({
  told(state) {
    latest = state;
    told(state);
  },
  lost(givenUp) {
    const text = givenUp ? 'The command no longer answers.' : 'Trying again.';
    showStatus({ mood: 'doubt', word: 'Connection lost', text });
    if (givenUp) put('spoken', `Connection lost. ${text}`);
  },
});
