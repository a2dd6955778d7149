// Process entry: one of several servers on one port.
import { messageOf } from '../base/errors.ts';
import type { InstanceOrder, InstanceWord } from './instance-words.ts';
import { type RunningServer, serve } from './serve.ts';
import type { ServerSettings } from './settings.ts';

/** Once it serves. */
let server: RunningServer | undefined;

async function begin(settings: ServerSettings): Promise<void> {
  try {
    server = await serve(settings);
    const { url, closed } = server;
    say({ kind: 'serving', url });
    const reason = await closed;
    if (reason !== undefined) end(1);
  } catch (error) {
    say({ kind: 'failed', message: messageOf(error) }, () => end(1));
  }
}

async function stop(): Promise<void> {
  try {
    // While it starts, nobody waits for anything of it.
    await server?.stop();
  } finally {
    end(0);
  }
}

function say(word: InstanceWord, then?: () => void): void {
  process.send?.(word, undefined, undefined, then);
}

function end(code: number): void {
  // oxlint-disable-next-line unicorn/no-process-exit -- the channel to the first process would keep it alive
  process.exit(code);
}

process.on('message', (order: InstanceOrder) => {
  if (order.kind === 'serve') void begin(order.settings);
  else if (order.kind === 'stop') void stop();
  else if (order.kind === 'reopen-log') server?.reopenLog();
});
// A terminal tells all processes of a group; the first one tells the others.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('SIGTERM', () => void stop());
// Without the first process, nobody hands out connections.
process.on('disconnect', () => void stop());
say({ kind: 'ready' });
