const THOUSANDS = /\B(?=(?:\d{3})+$)/g;
const DECIMALS = 3;

/**
 * A number for people: `1,234,567`, `0.125`; three decimals at most. Not by Intl, whose data take 20 ms to load:
 * a short command would spend them on nothing else.
 */
export function numberText(value: number): string {
  const [whole = '', fraction] = String(Number(value.toFixed(DECIMALS))).split('.');
  const grouped = whole.replace(THOUSANDS, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
