import { isoTime } from '../../base/time-text.ts';
import type { Registration } from '../../service/accounts.ts';
import type { Account as AnAccount } from '../../service/terms.ts';
import { AnswersInMemory } from '../answers-in-memory.ts';
import type { App, Desk } from '../app.ts';
import { posted } from '../idempotency.ts';
import { identifyBy } from '../identify.ts';
import { pageOf } from '../numbers.ts';
import {
  Account,
  AccountList,
  IdParams,
  LogInBody,
  PageQuery,
  PasswordBody,
  RegistrationBody,
  RoleBody,
  Session,
} from '../schemas.ts';
import type { IssuedToken, Tokens } from '../tokens.ts';
import { accountView } from '../views.ts';

const TAGS = ['accounts'];

/** Register, log in, change one's password; for admins, see who there is and what they may do. */
export function accountRoutes(app: App, desk: Desk): void {
  const { accounts, tokens, idempotency, backOffice } = desk;
  app.post(
    '/accounts',
    {
      config: { problems: ['name-taken', 'overloaded'] },
      schema: {
        tags: TAGS,
        summary: 'Register',
        body: RegistrationBody,
        response: { 201: Account },
      },
    },
    posted(
      {
        status: 201,
        location: '/accounts/',
        byAddress: true,
        run: ({ body }, keeper) => accounts.register(body as Registration, keeper),
        show: accountView,
      },
      idempotency,
      backOffice,
    ),
  );
  app.post(
    '/sessions',
    {
      config: { problems: ['wrong-credentials', 'throttled', 'overloaded'] },
      schema: { tags: TAGS, summary: 'Log in', body: LogInBody, response: { 201: Session } },
    },
    posted(
      {
        status: 201,
        byAddress: true,
        run: async ({ body, ip }) => {
          const account = await accounts.logIn({ ...(body as LogInBody), address: ip });
          return loggedIn(account, tokens);
        },
        show: sessionView,
      },
      idempotency,
      // With a token in it, the answer must not be written to the books.
      new AnswersInMemory(tokens.ttlMs),
    ),
  );
  ownRoutes(app, desk);
  adminRoutes(app, desk);
}

function ownRoutes(app: App, { accounts, tokens }: Desk): void {
  const onRequest = identifyBy(tokens);
  app.get(
    '/accounts/me',
    {
      onRequest,
      config: { problems: ['not-logged-in'] },
      schema: { tags: TAGS, summary: 'See one’s own account', response: { 200: Account } },
    },
    async ({ caller }) => accountView(await accounts.own(caller)),
  );
  app.put(
    '/accounts/me/password',
    {
      onRequest,
      config: { problems: ['not-logged-in', 'wrong-credentials', 'throttled', 'overloaded'] },
      schema: {
        tags: TAGS,
        summary: 'Change one’s password; tokens from before are worth nothing then',
        body: PasswordBody,
        response: { 200: Session },
      },
    },
    async ({ caller, body, ip }) => {
      const account = await accounts.changePassword(caller, body.current, body.next, ip);
      tokens.forget(account.id);
      return sessionView(await loggedIn(account, tokens));
    },
  );
}

function adminRoutes(app: App, { accounts, tokens }: Desk): void {
  const onRequest = identifyBy(tokens);
  app.get(
    '/accounts',
    {
      onRequest,
      config: { problems: ['not-logged-in', 'forbidden'] },
      schema: {
        tags: TAGS,
        summary: 'List accounts (admins)',
        querystring: PageQuery,
        response: { 200: AccountList },
      },
    },
    async ({ caller, query }) => ({
      accounts: (await accounts.list(caller, pageOf(query))).map(accountView),
    }),
  );
  app.patch(
    '/accounts/:id',
    {
      onRequest,
      config: { problems: ['not-logged-in', 'forbidden', 'not-found'] },
      schema: {
        tags: TAGS,
        summary: 'Change what somebody may do (admins)',
        params: IdParams,
        body: RoleBody,
        response: { 200: Account },
      },
    },
    async ({ caller, params, body }) => {
      const account = await accounts.changeRole(caller, params.id, body.role);
      tokens.forget(account.id);
      return accountView(account);
    },
  );
}

/** Somebody, and what he shows from now on. */
interface LoggedIn {
  readonly account: AnAccount;
  readonly issued: IssuedToken;
}

async function loggedIn(account: AnAccount, tokens: Tokens): Promise<LoggedIn> {
  return { account, issued: await tokens.issue(account) };
}

function sessionView({ account, issued }: LoggedIn): object {
  const { token, expiresAtMs } = issued;
  return { token, expiresAt: isoTime(expiresAtMs), account: accountView(account) };
}
