import type { SourceInfo } from '../element/head_source.js';
import { isAdded } from '../element/token_label.js';
import type { Token } from '../lib/index.js';
import type { ModelFacts } from './explorer.js';

/** How many tokens were read, and how many of them of a second text. */
export function countWords({ tokens, truncated }: SourceInfo): string {
  const second = tokens.filter(({ type }) => type === 1).length;
  const of = second === 0 ? '' : `, ${second} of the second text (²)`;
  const count = `${tokens.length} ${tokens.length === 1 ? 'token' : 'tokens'}${of}`;
  return truncated ? `cut to its first ${count}` : count;
}

/** Says of what stands between two texts, where it was typed, that it isn't the same as two. */
export function separatorNote(tokens: readonly Token[], model: ModelFacts | undefined): string {
  const isTyped = tokens.some((token) => token.text === model?.separator && !isAdded(token));
  return isTyped ? `A typed ${model?.separator} begins no second text: token types stay the same.` : '';
}
