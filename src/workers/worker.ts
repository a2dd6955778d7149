// The entry of every thread of the pool; Piscina calls the exports by name.
import type { Produced } from '../generator/produce.ts';
import type { ClerkTask, GenerateTask, RoundsTask, SellStoredTask, SellTask } from './protocol.ts';
import type { Doubt } from './store-seller.ts';

// Standard output is for results alone: what a strategy prints goes where messages go.
process.stdout.write = process.stderr.write.bind(process.stderr);

// A thread loads what it does itself: loading all takes more processor time than starting the thread.

export async function clerk(task: ClerkTask): Promise<void> {
  return (await import('./clerk.ts')).clerk(task);
}

export async function generate(task: GenerateTask): Promise<Produced> {
  return (await import('./generate.ts')).generate(task);
}

export async function sell(task: SellTask): Promise<void> {
  return (await import('./sell.ts')).sell(task);
}

export async function sellRounds(task: RoundsTask): Promise<void> {
  return (await import('./sell-rounds.ts')).sellRounds(task);
}

export async function sellStored(task: SellStoredTask): Promise<readonly Doubt[]> {
  return (await import('./sell-stored.ts')).sellStored(task);
}
