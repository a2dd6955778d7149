// How the main thread and the others of a server speak of their beginning and their end.
/* oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin */
import { parentPort, type Transferable, Worker } from 'node:worker_threads';
import { InputError, messageOf } from '../../base/errors.ts';

/** What the main thread tells the others. */
type Order = 'stop' | 'reopen the log';

type Word<Ready> =
  | { readonly kind: 'ready'; readonly ready: Ready }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'stopped' };

/** A thread that is given so long to finish is ended: it hangs. */
const STOP_MS = 20_000;

/** A thread of a server, as the main thread knows it. */
export interface ServerThread<Ready> {
  readonly ready: Ready;
  /** Why it ended, if nobody had told it to. */
  readonly died: Promise<string>;
  /** Has it go on in a log file of the same name, after somebody has renamed this one. */
  readonly reopenLog: () => void;
  /** Has it finish; resolves when it has ended. */
  stop(): Promise<void>;
}

/** What a thread is started with. */
export interface ThreadStart {
  /** How people call it. */
  readonly name: string;
  readonly url: URL;
  readonly data: unknown;
  readonly transfer: readonly Transferable[];
  readonly warn: (message: string) => void;
}

/** Starts a thread; resolves once it is ready. */
export function startThread<Ready>(start: ThreadStart): Promise<ServerThread<Ready>> {
  const { name, url, data, transfer, warn } = start;
  const worker = new Worker(url, { workerData: data, transferList: [...transfer] });
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  let stopping: Promise<void> | undefined;
  const tell = (order: Order): void => worker.postMessage(order);
  const stop = async (): Promise<void> => {
    tell('stop');
    const timer = setTimeout(() => {
      warn(`${name} does not come to its end, and is ended`);
      void worker.terminate();
    }, STOP_MS);
    await exited;
    clearTimeout(timer);
  };
  return new Promise((resolve, reject) => {
    const died = deferred<string>();
    const end = (reason: string, error: unknown): void => {
      reject(error);
      if (!stopping) died.resolve(reason);
    };
    worker.on('error', (error: Error) => {
      // What it is an instance of does not travel.
      const told = error.name === 'InputError' ? new InputError(error.message) : error;
      end(`${name} died: ${messageOf(error)}`, told);
    });
    worker.on('exit', () => end(`${name} ended`, new Error(`${name} ended before it was ready`)));
    worker.on('message', (word: Word<Ready>) => {
      if (word.kind === 'warning') warn(word.message);
      else if (word.kind === 'stopped') void worker.terminate();
      else {
        resolve({
          ready: word.ready,
          died: died.promise,
          reopenLog: () => tell('reopen the log'),
          stop: () => (stopping ??= stop()),
        });
      }
    });
  });
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function deferred<T>(): Deferred<T> {
  let settle: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle?.(value) };
}

/** Tells the main thread of something that nobody who asks can be told. */
export function warnMain(message: string): void {
  parentPort?.postMessage({ kind: 'warning', message });
}

/** Serves as a thread, until the main thread says that it is enough. */
export function serveAsThread(
  ready: object,
  stop: () => Promise<void>,
  reopenLog: () => void = () => {},
): void {
  parentPort?.on('message', (order: Order) => {
    if (order === 'stop') void end();
    else reopenLog();
  });
  const end = async (): Promise<void> => {
    await stop();
    parentPort?.postMessage({ kind: 'stopped' });
  };
  parentPort?.postMessage({ kind: 'ready', ready });
}
