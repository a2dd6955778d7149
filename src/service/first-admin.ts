import { InputError } from '../base/errors.ts';
import { freshBytes } from '../base/fresh-id.ts';
import type { BackOfficeCalls } from './back-office-calls.ts';
import { Refusal } from './refusals.ts';

/** 144 bits: nobody guesses them. */
const PASSWORD_BYTES = 18;

/** What became of the wish that there be an admin. */
export type AdminFound =
  | { readonly outcome: 'there already' }
  /** The password is told only where it was made up. */
  | { readonly outcome: 'made'; readonly password: string | undefined };

/**
 * Sees to it that there is an admin of this name. One who is there keeps the password: it may have been changed since.
 * @param given the password of one who is not there yet; undefined: one is made up
 * @throws InputError when somebody else has the name, or name or password will not do
 */
export async function seeToAdmin(
  accounts: { ensureAdmin(name: string, password: string): Promise<unknown> },
  backOffice: Pick<BackOfficeCalls, 'credentials'>,
  name: string,
  given: string | undefined,
): Promise<AdminFound> {
  const account = await backOffice.credentials(name);
  if (account?.role === 'admin') return { outcome: 'there already' };
  if (account) {
    // Whoever registered first would be admin else.
    throw new InputError(`--admin ${name}: a ${account.role} has this name; take another one`);
  }
  const password = given ?? freshBytes(PASSWORD_BYTES).toString('base64url');
  try {
    await accounts.ensureAdmin(name, password);
  } catch (error) {
    if (error instanceof Refusal) throw new InputError(`--admin: ${error.message}`);
    throw error;
  }
  return { outcome: 'made', password: given === undefined ? password : undefined };
}
