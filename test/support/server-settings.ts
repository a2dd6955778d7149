import { randomBytes } from 'node:crypto';
import { DEFAULT_ADMISSION, DEFAULT_LIMITS, type ServerSettings } from '../../src/http/settings.ts';

/** A small server in memory, on any free port, that logs nothing. */
export function serverSettings(settings: Partial<ServerSettings> = {}): ServerSettings {
  return {
    host: '127.0.0.1',
    port: 0,
    threads: 1,
    strategy: 'compare-and-swap',
    keeping: { kind: 'memory' },
    maxEvents: 10,
    maxTickets: 1000,
    terms: { holdTtlMs: 60_000, maxPerRequest: 10, guests: 'all' },
    admission: DEFAULT_ADMISSION,
    limits: DEFAULT_LIMITS,
    tokens: { secret: randomBytes(32).toString('base64url'), ttlMs: 900_000 },
    log: { level: 'silent', file: undefined },
    ...settings,
  };
}
