import { styleText } from 'node:util';
import type { RunResult } from '../sim/result.ts';

/** How to render for a reader. */
export interface Style {
  readonly color: boolean;
  /** Columns to break prose at. */
  readonly width: number;
}

export type Color = 'green' | 'red' | 'yellow' | 'dim' | 'bold';

export function paint(text: string, color: Color, style: Style): string {
  if (!style.color) return text;
  // Whether to colour is decided already; newer versions of Node would decide again.
  const options = { validateStream: false };
  return (styleText as (format: Color, text: string, options: object) => string)(
    color,
    text,
    options,
  );
}

/** Each line of a text by itself, as the cells of a table need it. */
export function paintLines(text: string, color: Color, style: Style): string {
  return text
    .split('\n')
    .map((line) => paint(line, color, style))
    .join('\n');
}

/** The verdict in the colour of what it means. */
export function paintVerdict({ audit, health }: RunResult, style: Style): string {
  const { verdict } = audit;
  if (verdict === 'exact') return paint(verdict, health.valid ? 'green' : 'yellow', style);
  const isUnknown = verdict === 'incomplete' || verdict === 'indeterminate';
  return paint(verdict, isUnknown ? 'yellow' : 'red', style);
}
