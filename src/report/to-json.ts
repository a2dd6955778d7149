/** A result as a file of JSON. */
export function toJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
