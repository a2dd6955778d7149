// Runs command lines one after the other in this process, each as `sim` does in its own: of a command that is refused,
// almost all the time goes into its start. They come as JSON on stdin; what each came to goes to stdout.
import { text } from 'node:stream/consumers';
import { runCommandLine } from '../../src/cli/command-line.ts';

const lines = JSON.parse(await text(process.stdin)) as readonly (readonly string[])[];
const said = { stdout: '', stderr: '' };
const print = process.stdout.write.bind(process.stdout);
for (const name of ['stdout', 'stderr'] as const) {
  process[name].write = (chunk: string | Uint8Array): boolean => {
    said[name] += chunk;
    return true;
  };
}

const ends: object[] = [];
for (const line of lines) {
  Object.assign(said, { stdout: '', stderr: '' });
  const code = await runCommandLine(line);
  ends.push({ code, signal: null, ...said });
}
print(JSON.stringify(ends));
