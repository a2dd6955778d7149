import { createHash } from 'node:crypto';

/** A Lua script: Redis runs it as one step. */
export interface Script {
  readonly lua: string;
}

const digests: WeakMap<Script, string> = new WeakMap();

/** What Redis calls the script by. */
export function sha1Of(script: Script): string {
  let digest = digests.get(script);
  if (digest === undefined) {
    digest = createHash('sha1').update(script.lua).digest('hex');
    digests.set(script, digest);
  }
  return digest;
}
