import { logIn, register, whoAmI } from '../client/actions.ts';
import { type Action, WHAT } from './client-action.ts';
import { PASSWORD_EPILOGUE, passwordFor, passwordOption } from './client-password.ts';
import { chosen, text } from './options.ts';

const ROLES = ['customer', 'organizer'] as const;

const registering: Action = {
  name: 'register',
  summary: 'Make an account, and log in',
  operands: ['name'],
  options: {
    role: text(`what you are: ${ROLES.join(' or ')} [customer]`, WHAT),
    ...passwordOption(),
  },
  examples: [
    ['sim client register ada', 'asks for a password'],
    [
      'printf %s "$SECRET" | sim client register olga --role organizer --password-stdin',
      'for scripts',
    ],
  ],
  epilogue: PASSWORD_EPILOGUE,
  async prepare(argv, [name = '']) {
    const role = chosen(argv, 'role', ROLES, 'customer');
    const password = await passwordFor(argv, true);
    return (client, manner) => register(client, { name, password, role }, manner);
  },
};

const loggingIn: Action = {
  name: 'login',
  summary: 'Log in; commands from then on are yours',
  operands: ['name'],
  options: passwordOption(),
  examples: [['sim client login ada', 'asks for the password']],
  epilogue: `${PASSWORD_EPILOGUE} What logs you in is kept in $XDG_STATE_HOME/onsale or ~/.local/state/onsale, readable for you only.`,
  async prepare(argv, [name = '']) {
    const password = await passwordFor(argv, false);
    return (client, manner) => logIn(client, name, password, manner);
  },
};

const loggingOut: Action = {
  name: 'logout',
  summary: 'Forget the log-in that is kept here',
  operands: [],
  examples: [['sim client logout', 'you are a guest again']],
  prepare: () => async (client) => {
    client.logOut();
    return { json: { account: null }, text: `logged out of ${client.url}\n` };
  },
};

const whoami: Action = {
  name: 'whoami',
  summary: 'Show who is logged in',
  operands: [],
  examples: [['sim client whoami --json', 'for scripts']],
  prepare: () => whoAmI,
};

/** Who somebody is. */
export const ACCOUNTS: readonly Action[] = [registering, loggingIn, loggingOut, whoami];
