// A reporter of node:test that keeps what failed, one JSON line each: run-tests repeats it at the very end.

/** A test that failed only because one inside it did is not told twice. */
const INHERITED = 'subtestsFailed';

export default async function* failures(events) {
  for await (const { type, data } of events) {
    if (type !== 'test:fail' || data.todo || data.details.error.failureType === INHERITED) continue;
    const { name, file, line, details } = data;
    const reason = String(
      details.error.cause?.stack ?? details.error.cause ?? details.error.message,
    );
    yield `${JSON.stringify({ name, file, line, reason })}\n`;
  }
}
