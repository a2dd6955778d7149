// How series are told apart: by colour, by stroke and by marker, so that none of the three is needed.

/** Colours of the style sheet: `--series-0` and on. */
export const COLORS = 8;

const STROKES = ['solid', 'dashed', 'dotted'] as const;
const MARKERS = ['circle', 'rect', 'triangle', 'diamond'] as const;

export interface Look {
  readonly color: number;
  readonly stroke: (typeof STROKES)[number];
  readonly marker: (typeof MARKERS)[number];
  readonly hollow: boolean;
}

/** The look with a number: 96 of them, in an order in which the first ones differ most. */
export function lookOf(number: number): Look {
  const turn = Math.floor(number / COLORS);
  return {
    color: number % COLORS,
    stroke: STROKES[turn % STROKES.length] as Look['stroke'],
    marker: MARKERS[number % MARKERS.length] as Look['marker'],
    hollow: (Math.floor(number / MARKERS.length) + turn) % 2 === 1,
  };
}
