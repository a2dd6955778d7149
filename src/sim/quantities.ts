// How numbers and times are written, wherever a user gives one.

const NUMBER = /^\d+(\.\d+)?(e[+-]?\d+)?$/i;
const UNIT_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** The units of time. */
export const TIME_UNITS: readonly string[] = Object.keys(UNIT_NS);
const TIME: RegExp = new RegExp(`^(\\d+(?:\\.\\d+)?)(${TIME_UNITS.join('|')})$`);

/** The number that a text such as `1500`, `0.5` or `1e6` stands for; none is negative. */
export function parseNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** Nanoseconds of a time such as `1.5ms`; a bare 0 needs no unit. */
export function parseDurationNs(text: string): number | undefined {
  if (text === '0') return 0;
  const [, amount, unit = ''] = TIME.exec(text) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * (UNIT_NS[unit] as number));
}
