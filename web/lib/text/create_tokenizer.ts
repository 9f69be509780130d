import { BertTokenizer } from './bert_tokenizer.js';
import { ByteLevelTokenizer } from './byte_level_tokenizer.js';
import { SentenceTokenizer } from './sentence_tokenizer.js';
import type { Tokenizer } from './tokenizer.js';
import { unsupportedTokenizer, type TokenizerJson } from './tokenizer_json.js';

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
