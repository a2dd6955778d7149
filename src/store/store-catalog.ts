import { fileLock } from './file/file-lock.ts';
import { fileLog } from './file/file-log.ts';
import { fileNaive } from './file/file-naive.ts';
import { redisPg } from './hybrid/redis-pg.ts';
import { redisPgOutbox } from './hybrid/redis-pg-outbox.ts';
import { pgAdvisory } from './postgres/pg-advisory.ts';
import { pgBatch } from './postgres/pg-batch.ts';
import { pgForUpdate } from './postgres/pg-for-update.ts';
import { pgNaive } from './postgres/pg-naive.ts';
import { pgSerializable } from './postgres/pg-serializable.ts';
import { pgSkipLocked } from './postgres/pg-skip-locked.ts';
import { pgUpdate } from './postgres/pg-update.ts';
import { pgVersion } from './postgres/pg-version.ts';
import { redisDecr } from './redis/redis-decr.ts';
import { redisLease } from './redis/redis-lease.ts';
import { redisLua } from './redis/redis-lua.ts';
import { redisNaive } from './redis/redis-naive.ts';
import { redisWatch } from './redis/redis-watch.ts';
import type { StoreStrategy } from './stored.ts';

/** Every strategy of the lab whose stock lies in a store: by where, the control first. */
export const storeCatalog: readonly StoreStrategy[] = [
  fileNaive,
  fileLock,
  fileLog,
  pgNaive,
  pgUpdate,
  pgForUpdate,
  pgVersion,
  pgSerializable,
  pgAdvisory,
  pgSkipLocked,
  pgBatch,
  redisNaive,
  redisDecr,
  redisWatch,
  redisLua,
  redisLease,
  redisPg,
  redisPgOutbox,
];
