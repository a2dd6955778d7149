// The entry of the thread that audits; Piscina calls the exports by name.
export { auditRounds } from './audit-rounds.ts';
export { auditRun } from './audit-run.ts';
