import { PipelineTokenizer } from './pipeline_tokenizer.js';
import type { Tokenizer } from './tokenizer.js';
import { asTransformersReads, type TokenizerSettings } from './tokenizer_config.js';

/**
 * The tokenizer of a tokenizer.json, without its truncation and padding: a text is cut where the model's positions end.
 *
 * @param settings what else a folder says of it; as transformers reads it then
 * @throws AttentionError `file-format` naming a part that isn't supported
 */
export function createTokenizer(json: object, settings?: TokenizerSettings): Tokenizer {
  return new PipelineTokenizer(settings === undefined ? json : asTransformersReads(json, settings));
}
