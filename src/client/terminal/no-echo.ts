import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Left } from './screens.ts';

const INTERRUPTED = 130;

/**
 * Asks for a line that nobody else is to read.
 * @throws Left when Ctrl-C is pressed
 */
export function askWithoutEcho(
  question: string,
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true });
  output.write(question);
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      lines.close();
      output.write('\n');
      settle();
    };
    lines.on('SIGINT', () => end(() => reject(new Left(INTERRUPTED))));
    lines.once('line', (line) => end(() => resolve(line)));
  });
}
