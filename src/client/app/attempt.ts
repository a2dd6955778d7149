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
  words: (value: Value) => string | undefined,
): Promise<Value | undefined> {
  let came: Value | undefined;
  await screens.wait(text, async (pending) => {
    try {
      came = await work(pending);
      const said = words(came);
      return said === undefined ? undefined : { kind: 'done', text: said };
    } catch (error) {
      if (isStaleToken(error)) client.logOut();
      return failed(error);
    }
  });
  return came;
}

function failed(error: unknown): Outcome {
  if (error instanceof ServiceProblem) return { kind: 'warn', text: failureWords(error) };
  if (error instanceof Unreachable || error instanceof WrongService) {
    return { kind: 'error', text: failureWords(error) };
  }
  throw error;
}
