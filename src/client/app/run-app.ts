// The client at a terminal: a menu, and what it leads to, until somebody leaves.

import { fitForTerminal } from '../../base/terminal-text.ts';
import type { AccountAnswer } from '../answers.ts';
import type { Client } from '../client.ts';
import { progressBar } from '../terminal/list-state.ts';
import { Left, type Row, type Screens } from '../terminal/screens.ts';
import { logInScreen, registerScreen } from './account-screens.ts';
import { type App, attempt } from './attempt.ts';
import { eventsScreen } from './event-screens.ts';
import { logScreen } from './log-screen.ts';
import { createScreen, deleteScreen, editScreen, totalsScreen } from './organizer-screens.ts';
import { reservationsScreen } from './reservation-screens.ts';

const HELP = `Events        choose one, say how many, buy them or hold them;
              what is left is counted anew every second
Reservations  buy what you hold, give back what you have
Organizers    create, edit and delete events, and see what is reserved
Log           what this client asked, and what it was told
Keys          ↑/↓ or k/j, PgUp/PgDn, Home/End move; Enter chooses;
              Esc goes back; q quits; Ctrl-C leaves at once

Whatever you ask for is done once: when a connection is lost, or the
service is busy, the client says so and asks again with the same key.
For scripts: sim client --help`;

/** What there is to do for somebody, in this order. */
export type Item =
  | 'events'
  | 'reservations'
  | 'create'
  | 'edit'
  | 'delete'
  | 'totals'
  | 'log'
  | 'login'
  | 'register'
  | 'logout'
  | 'help'
  | 'quit';

const LABELS: Readonly<Record<Item, string>> = {
  events: 'Events',
  reservations: 'My reservations',
  create: 'Create an event',
  edit: 'Edit an event',
  delete: 'Delete an event',
  totals: 'Totals of an event',
  log: 'Log',
  login: 'Log in',
  register: 'Register',
  logout: 'Log out',
  help: 'Help',
  quit: 'Quit',
};

const CUSTOMER: readonly Item[] = ['events', 'reservations'];
const ORGANIZER: readonly Item[] = ['events', 'create', 'edit', 'delete', 'totals'];
const ADMIN: readonly Item[] = ['events', 'delete', 'totals'];
const BY_ROLE: Readonly<Record<string, readonly Item[]>> = {
  customer: CUSTOMER,
  organizer: ORGANIZER,
  admin: ADMIN,
};

/** The events, who is logged in, done. */
const CONNECT_STEPS = 3;

/** What the menu offers. Whether a guest may do it, only the service knows. */
export function menuFor(account: Pick<AccountAnswer, 'role'> | undefined): readonly Item[] {
  if (!account) {
    const all = new Set([...CUSTOMER, ...ORGANIZER]);
    return [...all, 'log', 'login', 'register', 'help', 'quit'];
  }
  return [...(BY_ROLE[account.role] ?? CUSTOMER), 'log', 'logout', 'help', 'quit'];
}

/** Runs until somebody leaves; the exit code. */
export async function runApp(client: Client, screens: Screens): Promise<number> {
  const app = { client, screens };
  screens.begin(`onsale · ${client.url}`);
  try {
    await connect(app);
    while (await menu(app));
    screens.end('Good-bye');
    return 0;
  } catch (error) {
    if (!(error instanceof Left)) throw error;
    screens.end(error.exitCode === 0 ? 'Good-bye' : 'Interrupted');
    return error.exitCode;
  } finally {
    screens.close();
  }
}

async function connect(app: App): Promise<void> {
  const { client } = app;
  await attempt(
    app,
    step(0, `Connecting to ${client.url}`),
    async ({ note, signal }) => {
      const waiting = { signal, note: (text: string) => note(step(0, text)) };
      const { length } = await client.service.events(waiting);
      note(step(2, 'Asking who is logged in'));
      const account = await client.whoAmI(waiting);
      return { length, account };
    },
    ({ length, account }) => {
      const who = account ? `as ${nameAndRole(account)}` : 'as a guest';
      return `Connected ${who}: ${length === 1 ? '1 event' : `${length} events`}`;
    },
  );
}

function step(done: number, text: string): string {
  return `${progressBar(done, CONNECT_STEPS)} ${text}`;
}

/** false when somebody has had enough. */
async function menu(app: App): Promise<boolean> {
  const { client, screens } = app;
  const items = menuFor(client.account);
  const who = client.account ? nameAndRole(client.account) : 'guest';
  const rows = items.map((item): Row<Item> => ({ key: item, label: LABELS[item], value: item }));
  const item = await screens.choose<Item>({
    title: `What now, ${who}?`,
    empty: '',
    isFirst: true,
    view: () => ({ heading: '', rows, note: '' }),
  });
  // Esc in the menu goes nowhere.
  if (item !== undefined) await SCREENS[item](app);
  return item !== 'quit';
}

const SCREENS: Readonly<Record<Item, (app: App) => void | Promise<void>>> = {
  events: eventsScreen,
  reservations: reservationsScreen,
  create: createScreen,
  edit: editScreen,
  delete: deleteScreen,
  totals: totalsScreen,
  log: logScreen,
  login: logInScreen,
  register: registerScreen,
  logout({ client, screens }) {
    client.logOut();
    screens.say({ kind: 'done', text: 'You are logged out' });
  },
  help: helpScreen,
  quit() {},
};

/** Where the menu came at once, it would push the help off a small terminal. */
async function helpScreen({ screens }: App): Promise<void> {
  screens.show('Help', HELP);
  await screens.choose({
    title: 'Help',
    empty: '',
    view: () => ({
      heading: '',
      rows: [{ key: 'back', label: 'Back to the menu', value: true }],
      note: '',
    }),
  });
}

function nameAndRole({ name, role }: AccountAnswer): string {
  return fitForTerminal(`${name} (${role})`);
}
