import type { Exploration } from '../explore/exploration.ts';
import type { Environment } from '../sim/environment.ts';
import { shownSteps } from './cast.ts';
import { explorationToMarkdown } from './exploration-markdown.ts';
import { explorationToTable } from './exploration-table.ts';
import { toJson } from './render.ts';
import { sequenceToMermaid } from './sequence-mermaid.ts';
import { sequenceToSvg } from './sequence-svg.ts';
import type { Style } from './style.ts';

export const EXPLORATION_FORMATS = ['table', 'json', 'markdown', 'mermaid', 'svg'] as const;
export type ExplorationFormat = (typeof EXPLORATION_FORMATS)[number];

/** An exploration, and where it took place: what is printed as JSON. */
export interface ExplorationResult extends Exploration {
  readonly environment: Environment;
}

/** The exploration as a text; undefined for a drawing where there are no steps to draw. */
export function renderExploration(
  format: ExplorationFormat,
  exploration: ExplorationResult,
  style: Style,
): string | undefined {
  switch (format) {
    case 'table':
      return explorationToTable(exploration, style);
    case 'json':
      return toJson(exploration);
    case 'markdown':
      return explorationToMarkdown(exploration);
    case 'mermaid':
      return shownSteps(exploration) && sequenceToMermaid(exploration);
    case 'svg':
      return shownSteps(exploration) && sequenceToSvg(exploration);
  }
}
