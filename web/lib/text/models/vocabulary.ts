import { wrongSetting } from './settings.js';

/** Numbers of tokens stay below this, so that a pair of them is one exact number. */
export const MOST_TOKENS = 2 ** 26;

/** Each token's number. */
export type Vocabulary = ReadonlyMap<string, number>;

/** The vocabulary of a model, which has it as an object, or a map where no file was parsed. */
export function readVocabulary(vocab: unknown): Vocabulary {
  if (typeof vocab !== 'object' || vocab === null || Array.isArray(vocab)) {
    throw wrongSetting('vocab', 'an object', vocab);
  }
  const ids = vocab instanceof Map ? (vocab as Vocabulary) : new Map<string, number>(Object.entries(vocab));
  for (const [token, id] of ids) {
    if (Number.isInteger(id) && id >= 0 && id < MOST_TOKENS) continue;
    throw wrongSetting(`number of the token ${JSON.stringify(token)}`, `from 0 to ${MOST_TOKENS - 1}`, id);
  }
  return ids;
}

/** The number of the token for what a vocabulary lacks. */
export function unknownId(vocabulary: Vocabulary, token: string | undefined): number {
  const id = token === undefined ? undefined : vocabulary.get(token);
  if (id === undefined) throw wrongSetting('unk_token', 'a token of the vocabulary to cut this text', token);
  return id;
}

/** How the tokens for single bytes are spelt, by the byte. */
const BYTE_TOKENS: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
);

const ENCODER = new TextEncoder();

/** The tokens of a text's single bytes (UTF-8); undefined where the vocabulary lacks one. */
export function byteIds(vocabulary: Vocabulary, text: string): number[] | undefined {
  const ids = Array.from(ENCODER.encode(text), (byte) => vocabulary.get(BYTE_TOKENS[byte] as string));
  return ids.includes(undefined) ? undefined : (ids as number[]);
}
