declare module 'seedrandom/lib/alea.js' {
  import type { alea as seeded } from 'seedrandom';

  const alea: typeof seeded;
  export default alea;
}
