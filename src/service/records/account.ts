import type { Account, Credentials } from '../terms.ts';

/** What everybody may see of an account. */
export function withoutHash({
  id,
  number,
  name,
  role,
  version,
  createdAtMs,
}: Credentials): Account {
  return { id, number, name, role, version, createdAtMs };
}
