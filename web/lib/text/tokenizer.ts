import { BertTokenizer } from './bert_tokenizer.js';
import { ByteLevelTokenizer } from './byte_level_tokenizer.js';
import { SentenceTokenizer } from './sentence_tokenizer.js';
import type { Token } from './token.js';
import { unsupportedTokenizer, type TokenizerJson } from './tokenizer_json.js';

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

/**
 * The tokenizer of a tokenizer.json, without its truncation and padding.
 *
 * @throws AttentionError `file-format` naming a part that isn't supported
 */
export function createTokenizer(json: object): Tokenizer {
  const { model } = json as TokenizerJson;
  if (model?.type === 'WordPiece') return new BertTokenizer(json);
  if (model?.type === 'BPE') {
    return model.byte_fallback === true ? new SentenceTokenizer(json) : new ByteLevelTokenizer(json);
  }
  throw unsupportedTokenizer('the model', '"WordPiece" or "BPE"', model?.type);
}
