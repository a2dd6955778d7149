// Loaded before everything else (node --import): replaces one passage of one compiled module, to see
// whether the tests notice. Which one is in ONSALE_TURN, as JSON.
import { register } from 'node:module';

register(new URL('./turning-loader.js', import.meta.url), {
  data: JSON.parse(process.env['ONSALE_TURN'] as string) as unknown,
});
