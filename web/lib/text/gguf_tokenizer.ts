import { describe } from '../arguments.js';
import { AttentionError } from '../errors.js';
import type { GgufMetadata } from '../files/gguf.js';
import { createTokenizer } from './create_tokenizer.js';
import type { Tokenizer } from './tokenizer.js';
import { mergesOfScores } from './merges_of_scores.js';
import type { TokenizerJson, TokenizerPart } from './tokenizer_json.js';

function unsupported(key: string, expected: string, value: unknown): AttentionError {
  return new AttentionError(
    'file-format',
    `The GGUF: tokenizer.ggml.${key} must be ${expected}, got ${describe(value)}.`,
  );
}

/** The words of Llama 3, with as many digits at a time as given. */
function llama3Words(digits: string): TokenizerPart {
  const Regex =
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|" +
    `\\p{N}${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
  return {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex }, behavior: 'Isolated' },
      { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
    ],
  };
}

/** The pre-tokenizers that tokenizer.ggml.pre names, as a tokenizer.json has them. */
const PRE_TOKENIZERS: Readonly<Record<string, TokenizerPart>> = {
  'gpt-2': { type: 'ByteLevel', add_prefix_space: false },
  smollm: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Digits', individual_digits: true },
      { type: 'ByteLevel', add_prefix_space: false },
    ],
  },
  'llama-bpe': llama3Words('{1,3}'),
  qwen2: llama3Words(''),
};

const CONTROL = 3;
const USER_DEFINED = 4;

function readList(metadata: GgufMetadata, key: string, type: 'string' | 'number'): unknown[] {
  const value = metadata.get(`tokenizer.ggml.${key}`);
  const isList = Array.isArray(value) && value.every((element) => typeof element === type);
  if (!isList) throw unsupported(key, `a list of ${type}s`, value);
  return value as unknown[];
}

/** The parts of a tokenizer.json that cut text by byte-level BPE. */
function byteLevelParts(metadata: GgufMetadata, tokens: readonly string[]): TokenizerJson {
  const pre = metadata.get('tokenizer.ggml.pre');
  if (typeof pre !== 'string' || !Object.hasOwn(PRE_TOKENIZERS, pre)) {
    throw unsupported('pre', `one of ${Object.keys(PRE_TOKENIZERS).join(', ')}`, pre);
  }
  const merges = readList(metadata, 'merges', 'string') as string[];
  return {
    model: {
      type: 'BPE',
      vocab: vocabularyOf(tokens),
      merges: merges.map((merge) => merge.split(' ')),
      ignore_merges: pre === 'llama-bpe',
    },
    normalizer: pre === 'qwen2' ? { type: 'NFC' } : null,
    pre_tokenizer: PRE_TOKENIZERS[pre] as TokenizerPart,
  };
}

/** Those of SentencePiece's BPE, whose merges follow from scores. */
function sentenceParts(metadata: GgufMetadata, tokens: readonly string[]): TokenizerJson {
  const scores = readList(metadata, 'scores', 'number') as number[];
  if (scores.length !== tokens.length) throw unsupported('scores', `${tokens.length} numbers`, scores.length);
  const hasPrefix = metadata.get('tokenizer.ggml.add_space_prefix') !== false;
  const toMark: TokenizerPart = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
  return {
    model: {
      type: 'BPE',
      vocab: vocabularyOf(tokens),
      merges: mergesOfScores(tokens, scores),
      byte_fallback: true,
      unk_token: tokens[Number(metadata.get('tokenizer.ggml.unknown_token_id') ?? 0)],
    },
    normalizer: {
      type: 'Sequence',
      normalizers: hasPrefix ? [{ type: 'Prepend', prepend: '▁' }, toMark] : [toMark],
    },
    pre_tokenizer: null,
  };
}

function vocabularyOf(tokens: readonly string[]): Record<string, number> {
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}

/** By tokenizer.ggml.model. */
const MODELS: Readonly<Record<string, typeof byteLevelParts>> = {
  gpt2: byteLevelParts,
  llama: sentenceParts,
};

/**
 * The tokenizer that a GGUF holds, as ggml's tools cut text with it.
 *
 * @throws AttentionError `file-format` naming a key that isn't supported
 */
export function createGgufTokenizer(metadata: GgufMetadata): Tokenizer {
  const model = metadata.get('tokenizer.ggml.model');
  if (typeof model !== 'string' || !Object.hasOwn(MODELS, model)) {
    throw unsupported('model', `one of ${Object.keys(MODELS).join(', ')}`, model);
  }
  const tokens = readList(metadata, 'tokens', 'string') as string[];
  const types = metadata.has('tokenizer.ggml.token_type')
    ? (readList(metadata, 'token_type', 'number') as number[])
    : [];
  const addedTokens = tokens
    .map((content, id) => ({ id, content }))
    .filter(({ id }) => types[id] === CONTROL || types[id] === USER_DEFINED);
  const special = (key: string, isAdded: boolean) => {
    const id = metadata.get(`tokenizer.ggml.${key}_token_id`);
    if (!(metadata.get(`tokenizer.ggml.add_${key}_token`) ?? isAdded)) return [];
    if (typeof id !== 'number' || tokens[id] === undefined) {
      throw unsupported(`${key}_token_id`, 'the number of a token', id);
    }
    return [{ SpecialToken: { id: tokens[id], type_id: 0 } }];
  };
  const beginsByDefault = model === 'llama' || metadata.get('tokenizer.ggml.pre') === 'llama-bpe';
  const parts = (MODELS[model] as typeof byteLevelParts)(metadata, tokens);
  return createTokenizer({
    ...parts,
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        ...special('bos', beginsByDefault),
        { Sequence: { id: 'A', type_id: 0 } },
        ...special('eos', false),
      ],
    },
    added_tokens: addedTokens,
  });
}
