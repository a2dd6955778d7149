// Numbers as people read them: three significant digits, the unit behind.
import { numberText } from '../base/number-text.ts';

const UNITS_NS: readonly (readonly [limit: number, scale: number, unit: string])[] = [
  [1e3, 1, 'ns'],
  [1e6, 1e3, 'us'],
  [1e9, 1e6, 'ms'],
  [60e9, 1e9, 's'],
  [3600e9, 60e9, 'min'],
  [Number.POSITIVE_INFINITY, 3600e9, 'h'],
];

const SCALES: readonly (readonly [limit: number, scale: number, unit: string])[] = [
  [1e4, 1, ''],
  [1e6, 1e3, 'k'],
  [1e9, 1e6, 'M'],
  [Number.POSITIVE_INFINITY, 1e9, 'G'],
];

/** `52.2ms`, `97ns`. */
export function formatNs(valueNs: number): string {
  return scaled(valueNs, UNITS_NS);
}

/** `10.9M`, `462k`, `7311`, `0.5`: for columns that have little room. */
export function formatShort(value: number): string {
  // A rate of less than one a second is not none.
  if (value > 0 && value < 10) return String(Number(value.toPrecision(3)));
  return scaled(value, SCALES);
}

/** `1,234,567`. */
export function formatCount(value: number): string {
  return numberText(value);
}

/** `0.5 %`, `150 %`. */
export function formatRatio(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(2))} %`;
}

/** `1 ticket`, `2 tickets`. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function scaled(
  value: number,
  scales: readonly (readonly [limit: number, scale: number, unit: string])[],
): string {
  if (Math.round(value) < 0) return `-${scaled(-value, scales)}`;
  for (const [limit, scale, unit] of scales) {
    const digits = Number((value / scale).toPrecision(3));
    // By what would be printed, so that 999,960 ns become 1ms and not 1000us.
    if (digits * scale >= limit) continue;
    // A value that rounding carried into the next unit is one of that unit.
    return `${scale === 1 ? Math.round(value) : Math.max(1, digits)}${unit}`;
  }
  return String(value);
}
