import { describe } from '../arguments.js';
import { AttentionError } from '../errors.js';
import type { GgufMetadata } from '../files/gguf.js';
import { createTokenizer, type Tokenizer } from './tokenizer.js';
import type { TokenizerPart } from './tokenizer_json.js';

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

/**
 * The tokenizer that a GGUF holds, as ggml's tools cut text with it.
 *
 * @throws AttentionError `file-format` naming a key that isn't supported
 */
export function createGgufTokenizer(metadata: GgufMetadata): Tokenizer {
  const model = metadata.get('tokenizer.ggml.model');
  if (model !== 'gpt2') throw unsupported('model', '"gpt2"', model);
  const pre = metadata.get('tokenizer.ggml.pre');
  if (typeof pre !== 'string' || !Object.hasOwn(PRE_TOKENIZERS, pre)) {
    throw unsupported('pre', `one of ${Object.keys(PRE_TOKENIZERS).join(', ')}`, pre);
  }
  const tokens = readList(metadata, 'tokens', 'string') as string[];
  const merges = readList(metadata, 'merges', 'string') as string[];
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
  return createTokenizer({
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: merges.map((merge) => merge.split(' ')),
      ignore_merges: pre === 'llama-bpe',
    },
    normalizer: pre === 'qwen2' ? { type: 'NFC' } : null,
    pre_tokenizer: PRE_TOKENIZERS[pre],
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        ...special('bos', pre === 'llama-bpe'),
        { Sequence: { id: 'A', type_id: 0 } },
        ...special('eos', false),
      ],
    },
    added_tokens: addedTokens,
  });
}
