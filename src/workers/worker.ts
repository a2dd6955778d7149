// The entry of every thread of the pool; Piscina calls the exports by name.

// Standard output is for results alone: what a strategy prints goes where messages go.
process.stdout.write = process.stderr.write.bind(process.stderr);

export { clerk } from './clerk.ts';
export { generate } from './generate.ts';
export { sell } from './sell.ts';
export { sellRounds } from './sell-rounds.ts';
export { sellStored } from './sell-stored.ts';
