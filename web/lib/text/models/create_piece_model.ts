import type { PieceModel } from '../piece_model.js';
import { unsupportedTokenizer, type TokenizerJson } from '../tokenizer_json.js';
import { Bpe } from './bpe.js';
import { KnownWords } from './known_words.js';
import type { ModelJson } from './settings.js';
import { Unigram } from './unigram.js';
import { WordLevel } from './word_level.js';
import { WordPiece } from './word_piece.js';

const MODELS: Readonly<Record<string, new (json: ModelJson) => PieceModel>> = {
  BPE: Bpe,
  WordPiece,
  WordLevel,
  Unigram,
};

/** The type of a model; old files don't name it, and have it by what they hold (GPT-2's and RoBERTa's). */
export function modelType(model: ModelJson): unknown {
  if (model.type !== undefined) return model.type;
  if (model.merges !== undefined) return 'BPE';
  if (Array.isArray(model.vocab)) return 'Unigram';
  return model.continuing_subword_prefix === undefined ? 'WordLevel' : 'WordPiece';
}

/**
 * What cuts words into pieces, as the Rust library's model of a tokenizer.json does.
 *
 * @throws AttentionError `file-format` naming a setting that isn't supported
 */
export function createPieceModel(model: TokenizerJson['model']): PieceModel {
  const type = modelType(model ?? {});
  if (model === undefined || typeof type !== 'string' || !Object.hasOwn(MODELS, type)) {
    throw unsupportedTokenizer('the model', `one of ${Object.keys(MODELS).join(', ')}`, type);
  }
  return new KnownWords(new (MODELS[type] as (typeof MODELS)[string])(model));
}
