import { fitForTerminal } from '../../base/terminal-text.ts';
import { type App, attempt } from './attempt.ts';

const ROLES = ['customer', 'organizer'] as const;

/** The service says what else a name must be. */
function nameFault(name: string): string | undefined {
  return name.trim() === '' ? 'Nothing was typed' : undefined;
}

export async function logInScreen(app: App): Promise<void> {
  const { client, screens } = app;
  const name = await screens.ask('Name', nameFault);
  if (name === undefined) return;
  const password = await screens.askSecret('Password');
  if (password === undefined) return;
  await attempt(
    app,
    'Logging in',
    (pending) => client.logIn(name.trim(), password, pending),
    (account) => fitForTerminal(`You are logged in as ${account.name} (${account.role})`),
  );
}

export async function registerScreen(app: App): Promise<void> {
  const { client, screens } = app;
  const rows = ROLES.map((role) => ({ key: role, label: role, value: role }));
  const role = await screens.choose({
    title: 'What are you?',
    empty: '',
    view: () => ({ heading: '', rows, note: 'customers buy, organizers put events on sale' }),
  });
  if (role === undefined) return;
  const given = await screens.ask('Name', nameFault);
  if (given === undefined) return;
  const password = await screens.askSecret('Password, 8 characters or more');
  if (password === undefined) return;
  const again = await screens.askSecret('Once more');
  if (again === undefined) return;
  if (again !== password) {
    screens.say({ kind: 'warn', text: 'The two passwords are not the same' });
    return;
  }
  const name = given.trim();
  await attempt(
    app,
    'Registering',
    async (pending) => {
      await client.service.register({ name, password, role }, pending);
      return client.logIn(name, password, pending);
    },
    (account) => fitForTerminal(`You are registered and logged in as ${account.name} (${role})`),
  );
}
