// npm run reports: compares all strategies on every preset, in blocks, and keeps what came of it in reports/.
// Half an hour on two quiet cores. Figures of void runs count nowhere, so a busy machine leaves gaps.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BLOCKS = process.env.ONSALE_BLOCKS ?? '10';
const PRESETS = ['onsale', 'steady', 'hot-event', 'many-events', 'groups', 'last-ticket'];
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Exit status 1 says that a strategy broke a promise: that is a result, too. */
function sim(...args) {
  process.stdout.write(`sim ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, ['dist/src/cli/main.js', ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0 && status !== 1) process.exit(status ?? 1);
}

const presets = process.argv.length > 2 ? process.argv.slice(2) : PRESETS;
for (const preset of presets) {
  const json = `reports/${preset}.json`;
  sim('compare', '--scenario', preset, '--blocks', BLOCKS, '--format', 'json', '--out', json);
  for (const [format, ending] of [
    ['markdown', 'md'],
    ['html', 'html'],
  ]) {
    sim('report', json, '--format', format, '--out', `reports/${preset}.${ending}`);
  }
}
