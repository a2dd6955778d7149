// Takes an advisory lock in a function and lets it go at the function's end: before the commit, which comes after it.
// Whoever takes the lock then still reads the stock of before.
import type { Statement } from '../postgres/connections.ts';
import { pgAdvisory } from '../postgres/pg-advisory.ts';
import { pgReserver } from '../postgres/pg-reserver.ts';
import { makeTables } from '../postgres/sale-tables.ts';
import { SOLD_OUT } from '../strategy.ts';
import type { StoreMutant } from './store-mutant.ts';

const FUNCTION = `
CREATE FUNCTION sell_locked(wanted bigint, at int, number int, buyer int)
RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  remains int;
  issued int;
BEGIN
  PERFORM pg_advisory_lock(hashtext(current_schema), at);
  SELECT remaining, next_ticket INTO remains, issued FROM stock WHERE event = at;
  IF remains >= number THEN
    UPDATE stock SET remaining = remains - number, next_ticket = issued + number WHERE event = at;
    INSERT INTO booking (id, event, ticket, quantity, client)
    VALUES (wanted, at, issued, number, buyer);
  ELSE
    issued := NULL;
  END IF;
  PERFORM pg_advisory_unlock(hashtext(current_schema), at);
  RETURN issued;
END $$;
`;

const SELL: Statement = {
  name: 'sell-locked',
  text: 'SELECT sell_locked($1, $2, $3, $4) AS ticket',
};

export const advisoryInside: StoreMutant = {
  strategy: {
    ...pgAdvisory,
    name: 'advisory-inside',
    summary:
      'Lets an advisory lock go inside of the function that took it: before the commit. The next still reads what was.',
    source:
      'a question asked more than once: "advisory lock within a function allows concurrent execution"',
    prepare: (place, size) => makeTables(place, size, FUNCTION),
    open: (context) =>
      pgReserver(context, {
        async reserve(session, { id, event, quantity, client }) {
          await context.work();
          const values = [id, event, quantity, client];
          const [row] = await session.query<{ ticket: number | null }>(SELL, values);
          return row?.ticket ?? SOLD_OUT;
        },
      }),
  },
  caughtBy: ['audit', 'linearizability'],
};
