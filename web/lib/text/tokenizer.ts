import type { Token } from './token.js';

/** A text, or two that a model reads together. */
export type TextOrPair = string | readonly [string, string];

/** What two texts are as one, in which the places of their tokens count. */
export function joinTexts(text: TextOrPair): string {
  return typeof text === 'string' ? text : text.join('\n');
}

/** Cuts text into a model's tokens. */
export interface Tokenizer {
  /**
   * The tokens of a text, or of two with their types and their places in {@link joinTexts}, with those that the model
   * adds, at most `maxTokens` in all; `truncated` says whether more would have come. Of two texts the longer is cut
   * first; without a template one stands behind the other.
   *
   * @throws AttentionError where there are two texts and the tokenizer's template takes one alone
   */
  encode(text: TextOrPair, maxTokens: number): { tokens: Token[]; truncated: boolean };
  /**
   * The text that tokens spell, and their places in it. A character that the last of them only begin is left out;
   * tokens that split one share its place.
   */
  decode(ids: readonly number[]): { text: string; tokens: Token[] };
}
