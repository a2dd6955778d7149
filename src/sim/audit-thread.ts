// The entry of the thread that audits; Piscina calls the export by name.
export { auditRun } from './audit-run.ts';
