import type { Token } from './token.js';

/** Cuts text into a model's tokens. */
export interface Tokenizer {
  /**
   * The tokens of a text with those that the model adds, at most `maxTokens` in all; `truncated` says whether
   * more would have come.
   */
  encode(text: string, maxTokens: number): { tokens: Token[]; truncated: boolean };
  /**
   * The text that tokens spell, and their places in it. A character that the last of them only begin is left out;
   * tokens that split one share its place.
   */
  decode(ids: readonly number[]): { text: string; tokens: Token[] };
}

/** What the library makes of a word. */
export interface Pieces {
  ids: number[];
  tokens: string[];
}
