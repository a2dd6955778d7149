// The entry of every thread of the pool; Piscina calls these by name.
export { generate } from './generate.ts';
export { sell } from './sell.ts';
