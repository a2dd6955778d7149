import { InputError } from '../base/errors.ts';
import { clientOf, kindOf, MOVE, moveOf } from './moves.ts';

/** How the moves are written that are not a client's own step; that is its number alone. */
const MARKS = { [MOVE.crash]: 'x', [MOVE.wake]: 'w', [MOVE.timeOut]: 't' } as const;

/** The step of the clock: it is nobody's client, and there only where somebody asks for the time. */
const CLOCK = 'c';

/**
 * Moves as a text: `0101`, or `00x11` where client 1 dies after the second step.
 * @param clock the clock's number among the clients, if there is one
 */
export function formatSchedule(moves: readonly number[], clock?: number): string {
  return moves.map((move) => (move === clock ? CLOCK : formatMove(move))).join('');
}

function formatMove(move: number): string {
  return `${MARKS[kindOf(move) as 1] ?? ''}${clientOf(move)}`;
}

/** Whether the clock steps in a schedule. */
export function namesClock(text: string): boolean {
  return text.includes(CLOCK);
}

/**
 * @param clients how many there are, without the clock
 * @throws InputError when the text is not a schedule of so many clients
 */
export function parseSchedule(text: string, clients: number): number[] {
  const tokens = text.match(/[xwt]?\d|c/g) ?? [];
  if (text === '' || tokens.join('') !== text) {
    throw new InputError(
      `--schedule must be the clients' numbers in the order of their steps, such as 0101 (x1: client 1 dies, w1: it wakes by itself, t1: its time is up, c: the clock goes on); got "${text}"`,
    );
  }
  return tokens.map((token) => {
    // The clock comes after all clients.
    if (token === CLOCK) return moveOf(MOVE.step, clients);
    const client = Number(token.slice(-1));
    if (client >= clients) {
      throw new InputError(`--schedule names client ${client}; there are 0 to ${clients - 1}`);
    }
    const kind = Object.entries(MARKS).find(([, mark]) => token.startsWith(mark))?.[0];
    return moveOf(kind === undefined ? MOVE.step : Number(kind), client);
  });
}
