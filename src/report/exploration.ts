import { shownSteps } from './cast.ts';
import { explorationToMarkdown } from './exploration-markdown.ts';
import type { ExplorationResult } from './exploration-result.ts';
import { explorationToTable } from './exploration-table.ts';
import { sequenceToMermaid } from './sequence-mermaid.ts';
import { sequenceToSvg } from './sequence-svg.ts';
import type { Style } from './style.ts';
import { toJson } from './to-json.ts';

export const EXPLORATION_FORMATS = ['table', 'json', 'markdown', 'mermaid', 'svg'] as const;
export type ExplorationFormat = (typeof EXPLORATION_FORMATS)[number];

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
