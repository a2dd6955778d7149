// Thread entry: reads the clock that counts from the epoch it was given, and reports the time.
/* oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../src/base/clock.ts';

parentPort?.postMessage(systemClock(workerData as bigint).now());
