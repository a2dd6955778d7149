// The folders of sales: in each a file says whether the process that sells is alive.
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { timeOfDayMs } from '../../base/clock.ts';
import { isDead, ownSign, SALE_NAME, type Watchbook } from '../sign-of-life.ts';

const SIGN = 'sign-of-life';

/** `at` is the folder that the folders of sales lie in. */
export const saleFolders: Watchbook = {
  async begin(at, name) {
    await mkdir(join(at, name), { mode: 0o700 });
    await giveSign(at, name);
  },

  renew: (at, name) => giveSign(at, name),

  async dead(at) {
    const names = (await readdir(at)).filter((name) => SALE_NAME.test(name));
    const found: string[] = [];
    for (const name of names) if (await hasDied(join(at, name))) found.push(name);
    return found;
  },

  remove: (at, name) => rm(join(at, name), { recursive: true, force: true }),
};

function giveSign(at: string, name: string): Promise<void> {
  const { host, pid } = ownSign();
  return writeFile(join(at, name, SIGN), `${pid} ${host}`);
}

async function hasDied(folder: string): Promise<boolean> {
  const sign = join(folder, SIGN);
  try {
    const [pid, host] = (await readFile(sign, 'utf8')).split(' ');
    const { mtimeMs } = await stat(sign);
    return host !== undefined && isDead({ host, pid: Number(pid) }, timeOfDayMs() - mtimeMs);
  } catch {
    // Just removed, just made, or somebody else's.
    return false;
  }
}
