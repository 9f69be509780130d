import { requireIds, requireInteger, wrong } from '../arguments.js';
import { AttentionError } from '../errors.js';
import type { Token } from '../text/token.js';
import type { TextOrPair } from '../text/tokenizer.js';

/** What a model runs: a text, two that an encoder reads together, or token ids. */
export type RunText = TextOrPair | readonly number[];

/** Whether it is a text or two; what holds strings otherwise is refused. */
export function isText(input: unknown): input is TextOrPair {
  if (typeof input === 'string') return true;
  if (!Array.isArray(input) || typeof input[0] !== 'string') return false;
  if (input.length === 2 && typeof input[1] === 'string') return true;
  throw wrong('text', 'a string, two strings or an array of token ids', input);
}

/** Which of two texts each of so many tokens is of: numbers below `typeVocabSize`. */
function readTypes(types: unknown, count: number, typeVocabSize: number): readonly number[] {
  if (typeVocabSize === 0) {
    throw new AttentionError('invalid-argument', "types must be left out: this model's tokens have none.");
  }
  const list: unknown = ArrayBuffer.isView(types) ? Array.from(types as Uint8Array) : types;
  if (!Array.isArray(list) || list.length !== count) {
    throw wrong('types', `a number for each of the ${count} ids`, types);
  }
  return list.map((type, i) => requireInteger(`types[${i}]`, type, 0, typeVocabSize - 1));
}

/** A token that was given by its number. */
export function unspelt(id: number): Token {
  return { id, text: `#${id}`, start: 0, end: 0 };
}

/** Token ids as tokens of no text, with their types where they are given. */
export function tokensOfIds(ids: readonly number[], types: unknown, typeVocabSize: number): Token[] {
  requireIds(ids);
  const tokens = ids.map(unspelt);
  if (types === undefined) return tokens;
  const read = readTypes(types, ids.length, typeVocabSize);
  return tokens.map((token, i) => ({ ...token, type: read[i] as number }));
}
