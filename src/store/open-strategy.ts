import { messageOf, shown } from '../base/errors.ts';
import type { StoreContext, StoreReserver, StoreStrategy } from './stored.ts';
import type { Clerk, Reserver, SaleContext, Strategy } from './strategy.ts';

const RESERVER_FUNCTIONS = ['reserve', 'cancel', 'available', 'close'] as const;
const STORE_RESERVER_FUNCTIONS = ['reserve', 'cancel', 'resize', 'available', 'close'] as const;
const CLERK_FUNCTIONS = ['serve'] as const;

/**
 * Opens a strategy for one thread.
 * @throws Error in one line, when that fails or gives something else than a reserver
 */
export function openReserver(strategy: Strategy, context: SaleContext): Reserver {
  const open = (): Reserver => strategy.open(context);
  return opened(`open of ${strategy.name}`, RESERVER_FUNCTIONS, open);
}

/** As {@link openReserver}, for a strategy that sells from a store. */
export async function openStoreReserver(
  strategy: StoreStrategy,
  context: StoreContext,
): Promise<StoreReserver> {
  const who = `open of ${strategy.name}`;
  let reserver: StoreReserver;
  try {
    reserver = await strategy.open(context);
  } catch (error) {
    throw new Error(`${who} fails: ${messageOf(error)}`, { cause: error });
  }
  return opened(who, STORE_RESERVER_FUNCTIONS, () => reserver);
}

/** As {@link openReserver}, for the clerk of a strategy that has one. */
export function openClerk(strategy: Strategy, context: SaleContext): Clerk {
  const open = (): Clerk => strategy.openClerk?.(context) as Clerk;
  return opened(`openClerk of ${strategy.name}`, CLERK_FUNCTIONS, open);
}

/** The very object that `open` returns, once it is known to have the functions. */
function opened<Part extends object>(
  who: string,
  functions: readonly (keyof Part & string)[],
  open: () => Part | undefined,
): Part {
  let part: Part | undefined;
  let missing: (keyof Part & string) | undefined;
  try {
    part = open();
    missing = functions.find((name) => typeof part?.[name] !== 'function');
  } catch (error) {
    // What is no Error is not the strategy's: the explorer suspends a client so.
    if (!(error instanceof Error)) throw error;
    throw new Error(`${who} fails: ${messageOf(error)}`, { cause: error });
  }
  if (part !== undefined && missing === undefined) return part;
  const isObject = typeof part === 'object' && part !== null && !(part instanceof Promise);
  const got = isObject
    ? `${missing} is ${shown(part?.[missing as keyof Part])}`
    : `got ${shown(part)}`;
  const plural = functions.length > 1 ? 'functions' : 'function';
  throw new Error(
    `${who} must return an object with the ${plural} ${functions.join(', ')}; ${got}`,
  );
}
