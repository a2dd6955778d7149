import { ACCOUNTS } from './client-accounts.ts';
import { listed } from './client-action.ts';
import { bursting } from './client-burst.ts';
import { BUYING } from './client-buying.ts';
import { clientOptions } from './client-options.ts';
import { ORGANIZING } from './client-organizing.ts';
import type { CommandGroup } from './commands.ts';

/** The commands of `sim client`, in the order in which its help lists them. */
export const CLIENT_GROUP: CommandGroup = {
  options: clientOptions(),
  commands: [...BUYING, ...ACCOUNTS, ...ORGANIZING, bursting].map(listed),
};
