// One thing that is asked of the service, with what a person sees while it lasts, and what came of it.
import type { Client } from '../client.ts';
import { ServiceProblem, Unreachable, WrongService } from '../problem.ts';
import type { Outcome, Pending, Screens } from '../terminal/screens.ts';
import { failureWords, isStaleToken } from '../words.ts';

/** A client, and the terminal of whoever uses it. */
export interface App {
  readonly client: Client;
  readonly screens: Screens;
}

/** What the service said, told in these words if there are any; undefined if it said no, or nothing, which has been told. */
export async function attempt<Value>(
  { client, screens }: App,
  text: string,
  work: (pending: Pending) => Promise<Value>,
  words?: (value: Value) => string,
): Promise<Value | undefined> {
  let came: Value | undefined;
  const isOver = await screens.wait(text, async (pending) => {
    try {
      came = await work(pending);
      return words && { kind: 'done', text: words(came) };
    } catch (error) {
      if (isStaleToken(error)) client.logOut();
      return failed(error);
    }
  });
  if (!isOver) {
    // What only asks changes nothing.
    const doubt = words ? '; it may be done all the same' : '';
    screens.say({ kind: 'warn', text: `No longer waited for${doubt}` });
    return undefined;
  }
  return came;
}

function failed(error: unknown): Outcome {
  if (error instanceof ServiceProblem) return { kind: 'warn', text: failureWords(error) };
  if (error instanceof Unreachable || error instanceof WrongService) {
    return { kind: 'error', text: failureWords(error) };
  }
  throw error;
}
