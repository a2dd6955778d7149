// Which event, or which reservation, somebody means by what he typed.
import { InputError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { fitForTerminal } from '../base/terminal-text.ts';
import type { EventAnswer } from './answers.ts';
import { NotThere } from './problem.ts';

/** Named in a message, no more of them. */
const NAMED_MAX = 5;
/** A shorter beginning of an id is more likely a name. */
const PREFIX_MIN = 4;

/**
 * The event of this id, of this name, or the only one whose id begins so; names in whatever case.
 * @throws NotThere when there is none
 * @throws InputError when there is more than one
 */
export function findEvent(given: string, events: readonly EventAnswer[]): EventAnswer {
  const byId = events.find(({ id }) => id === given);
  if (byId) return byId;
  const lower = given.trim().toLowerCase();
  const exact = events.filter(({ name }) => name === given);
  const named =
    exact.length > 0 ? exact : events.filter(({ name }) => name.toLowerCase() === lower);
  const found = named.length > 0 ? named : events.filter(({ id }) => beginsWith(id, lower));
  const [only, ...others] = found;
  if (only && others.length === 0) return only;
  const shown = fitForTerminal(given);
  if (only) {
    const candidates = candidatesOf(found.map((each) => `${each.name} ${each.date} (${each.id})`));
    throw new InputError(`"${shown}" is more than one event: ${candidates}`);
  }
  const names = events.map(({ name }) => name);
  const known = names.length === 0 ? 'there are none' : `there are ${candidatesOf(names)}`;
  const hint = nearest(given, names);
  throw new NotThere(`there is no event "${shown}"; ${known}${fitForTerminal(hint)}`);
}

/**
 * The id among these that is this, or the only one that begins so. What is not among them is taken as it is: the
 * service may know it.
 * @throws InputError when several begin so
 */
export function findId(given: string, ids: readonly string[]): string {
  const lower = given.trim().toLowerCase();
  if (ids.includes(lower)) return lower;
  const found = ids.filter((id) => beginsWith(id, lower));
  if (found.length > 1) {
    const shown = fitForTerminal(given);
    throw new InputError(`"${shown}" begins more than one reservation: ${candidatesOf(found)}`);
  }
  return found[0] ?? given;
}

/** The shortest beginning, from 8 characters on, that no other of these ids has. */
export function shortIds(ids: readonly string[]): ReadonlyMap<string, string> {
  const sorted = ids.toSorted();
  return new Map(
    sorted.map((id, at) => {
      const shared = Math.max(sharedBy(id, sorted[at - 1]), sharedBy(id, sorted[at + 1]));
      // Not with a hyphen at its end.
      return [id, id.slice(0, Math.max(8, shared + 1)).replace(/-$/, '')];
    }),
  );
}

function sharedBy(id: string, other: string | undefined): number {
  if (other === undefined) return 0;
  let at = 0;
  while (at < id.length && id[at] === other[at]) at++;
  return at;
}

function beginsWith(id: string, prefix: string): boolean {
  return prefix.length >= PREFIX_MIN && id.toLowerCase().startsWith(prefix);
}

function candidatesOf(all: readonly string[]): string {
  const more = all.length > NAMED_MAX ? `, and ${all.length - NAMED_MAX} more` : '';
  return fitForTerminal(all.slice(0, NAMED_MAX).join(', ') + more);
}
