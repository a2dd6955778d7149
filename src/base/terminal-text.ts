// Texts of others on a terminal of ours: no character of theirs may paint it, and none may shift a column.
import stringWidth from 'fast-string-width';

/** For control, for the direction of text, separators of lines, and halves of characters. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A text with `?` in place of whatever could move a cursor, change a colour or turn the direction of reading. */
export function fitForTerminal(text: string): string {
  return text.replaceAll(UNFIT, '?');
}

/** How many columns a text takes: some characters take two, and some none. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** No wider than `width`; what is cut ends in `...`, or in less of it where there is no room. */
export function cutToWidth(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const end = '...'.slice(0, Math.max(0, width));
  let room = width - end.length;
  let cut = '';
  for (const { segment } of graphemes.segment(text)) {
    room -= widthOf(segment);
    if (room < 0) break;
    cut += segment;
  }
  return cut + end;
}

/** Exactly so wide, if it is not wider. */
function padToWidth(text: string, width: number, side: 'left' | 'right'): string {
  const padding = ' '.repeat(Math.max(0, width - widthOf(text)));
  return side === 'left' ? text + padding : padding + text;
}

/** Rows of cells as lines, the columns two spaces apart; `sides` says on which side each stands. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  sides: readonly ('left' | 'right')[],
): string[] {
  const widths = sides.map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  return rows.map((row) =>
    sides
      .map((side, column) => padToWidth(row[column] ?? '', widths[column] ?? 0, side))
      .join('  ')
      .trimEnd(),
  );
}
