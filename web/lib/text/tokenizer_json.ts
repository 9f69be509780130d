import { describe } from '../arguments.js';
import { AttentionError } from '../errors.js';

/** A token that is found in the text before anything else happens to it. */
export interface AddedToken {
  id: number;
  content: string;
}

/** A pre-tokenizer, normaliser or post-processor: what it is, and its settings. */
export interface TokenizerPart {
  type?: unknown;
  [setting: string]: unknown;
}

/** A tokenizer.json as far as it is read. */
export interface TokenizerJson {
  model?: {
    type?: unknown;
    vocab?: unknown;
    merges?: unknown;
    continuing_subword_prefix?: unknown;
    unk_token?: unknown;
    [setting: string]: unknown;
  };
  normalizer?: TokenizerPart | null;
  pre_tokenizer?: TokenizerPart | null;
  post_processor?: TokenizerPart | null;
  added_tokens?: readonly (AddedToken & Record<string, unknown>)[];
}

export function unsupportedTokenizer(part: string, expected: string, got: unknown): AttentionError {
  return new AttentionError(
    'file-format',
    `tokenizer.json: ${part} must be ${expected}, got ${describe(got)}.`,
  );
}

/** How the vocabulary spells each token. */
export function readSpellings({ model }: TokenizerJson): Map<number, string> {
  const vocab = model?.vocab;
  if (typeof vocab !== 'object' || vocab === null || Array.isArray(vocab)) {
    throw unsupportedTokenizer("the model's vocabulary", 'an object', vocab);
  }
  return new Map(Object.entries(vocab as Record<string, number>).map(([spelling, id]) => [id, spelling]));
}

/** The largest number of a token. */
export function largestId(json: TokenizerJson): number {
  const added = (json.added_tokens ?? []).map(({ id }) => id);
  return [...readSpellings(json).keys(), ...added].reduce((largest, id) => Math.max(largest, id), -1);
}
