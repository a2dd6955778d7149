import { COLORS } from '../../src/report/html/look.ts';

/** The colours of the page, as the style sheet has them just now. */
export interface Palette {
  readonly series: readonly string[];
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly paper: string;
}

/** What the custom properties come to at an element: a property may differ in light and dark. */
export function paletteOf(element: HTMLElement): Palette {
  const probe = document.createElement('span');
  element.append(probe);
  const read = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const palette = {
    series: Array.from({ length: COLORS }, (_, index) => read(`series-${index}`)),
    ink: read('ink'),
    quiet: read('quiet'),
    line: read('line'),
    paper: read('paper'),
  };
  probe.remove();
  return palette;
}
