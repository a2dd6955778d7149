// fast-check for this project's tests: a commit's verdict is the same however often its tests run, so the seed of
// `npm test` is fixed. The longer campaigns of `npm run test:long` draw a new one; a failure prints it.
import fc from 'fast-check';

const FIXED_SEED = 20_261_101;
const chosen = process.env['ONSALE_TEST_SEED'];

if (chosen !== undefined || process.env['ONSALE_LONG'] === undefined) {
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(chosen ?? FIXED_SEED) });
}

export default fc;
