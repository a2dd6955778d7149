import type { Chart } from '../../src/report/html/chart.ts';
import { type Drawing, draw } from './draw.ts';

/** Charts further below the window than this are not drawn yet. */
const AHEAD = '600px';

interface Panel {
  readonly figure: HTMLElement;
  readonly box: HTMLElement;
  readonly chart: Chart;
  drawing?: Drawing;
}

/** All charts of the page. What is hidden in the key of one is hidden in all: names mean the same everywhere. */
export class Board {
  readonly #panels: readonly Panel[];
  readonly #hidden = new Set<string>();
  readonly #seen: IntersectionObserver;

  constructor(figures: readonly HTMLElement[]) {
    this.#panels = figures.map(panelOf);
    this.#seen = new IntersectionObserver((entries) => this.#appear(entries), {
      rootMargin: AHEAD,
    });
    for (const { box, figure } of this.#panels) {
      box.hidden = false;
      this.#seen.observe(box);
      this.#makeToggles(figure);
    }
    addEventListener('resize', () => this.resize());
  }

  /**
   * Draws again, in the colours and at the width that hold now.
   * @param all also what was not drawn yet, since nobody had come near it
   */
  redraw(all: boolean): void {
    for (const panel of this.#panels) {
      if (panel.drawing === undefined && !all) continue;
      panel.drawing?.end();
      panel.drawing = draw(panel.box, panel.chart, this.#hidden);
    }
  }

  resize(): void {
    for (const { drawing } of this.#panels) drawing?.resize();
  }

  #appear(entries: readonly IntersectionObserverEntry[]): void {
    for (const { isIntersecting, target } of entries) {
      const panel = this.#panels.find(({ box }) => box === target);
      if (!isIntersecting || !panel) continue;
      this.#seen.unobserve(target);
      panel.drawing ??= draw(panel.box, panel.chart, this.#hidden);
    }
  }

  /** The items of the key become buttons. */
  #makeToggles(figure: HTMLElement): void {
    for (const item of figure.querySelectorAll<HTMLElement>('.legend li')) {
      const button = document.createElement('button');
      button.type = 'button';
      button.setAttribute('aria-pressed', 'true');
      button.append(...item.childNodes);
      item.append(button);
      button.addEventListener('click', () => this.#toggle(item.dataset['series'] ?? ''));
    }
  }

  #toggle(name: string): void {
    if (!this.#hidden.delete(name)) this.#hidden.add(name);
    for (const item of document.querySelectorAll<HTMLElement>('.legend li')) {
      if (item.dataset['series'] !== name) continue;
      item.firstElementChild?.setAttribute('aria-pressed', String(!this.#hidden.has(name)));
    }
    for (const { drawing, chart } of this.#panels) {
      if (chart.series.some((series) => series.name === name)) drawing?.show(this.#hidden);
    }
  }
}

function panelOf(figure: HTMLElement): Panel {
  const box = figure.querySelector<HTMLElement>('.box');
  const data = document.getElementById(figure.dataset['chart'] ?? '');
  if (!box || !data) throw new Error(`figure ${figure.dataset['chart']} has no box or no data`);
  box.setAttribute('role', 'img');
  box.setAttribute('aria-labelledby', figure.getAttribute('aria-labelledby') ?? '');
  return { figure, box, chart: JSON.parse(data.textContent ?? '') as Chart };
}
