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
  decoder?: TokenizerPart | null;
  added_tokens?: readonly (AddedToken & Record<string, unknown>)[];
}

export function unsupportedTokenizer(part: string, expected: string, got: unknown): AttentionError {
  return new AttentionError(
    'file-format',
    `tokenizer.json: ${part} must be ${expected}, got ${describe(got)}.`,
  );
}

/**
 * The tokens that are added to the vocabulary.
 *
 * @throws AttentionError where they aren't a list of tokens with their contents
 */
export function addedTokensOf({
  added_tokens: list,
}: TokenizerJson): NonNullable<TokenizerJson['added_tokens']> {
  const tokens = list ?? [];
  if (!Array.isArray(tokens)) throw unsupportedTokenizer('added_tokens', 'a list', tokens);
  for (const token of tokens as unknown[]) {
    const content = (token as { content?: unknown } | null)?.content;
    if (typeof content !== 'string') throw unsupportedTokenizer('an added token', 'of text', content);
  }
  return tokens as NonNullable<TokenizerJson['added_tokens']>;
}

/** The tokens of a model's vocabulary, as they are spelt. */
export class Spellings {
  readonly #ids: Readonly<Record<string, number>> | ReadonlyMap<string, number>;
  #spellings: string[] | undefined;
  /** How many there are, those of a list that are there twice counted twice. */
  readonly size: number;

  constructor({ model }: TokenizerJson) {
    const vocab = model?.vocab;
    if (typeof vocab !== 'object' || vocab === null) {
      throw unsupportedTokenizer("the model's vocabulary", 'an object or a list', vocab);
    }
    // Unigram's is a list of tokens and scores.
    this.#ids = Array.isArray(vocab)
      ? new Map(vocab.map((entry, id) => [String((entry as unknown[] | null)?.[0]), id]))
      : (vocab as Record<string, number>);
    this.size = Array.isArray(vocab) ? vocab.length : this.#entries().length;
  }

  /** The number of a token; undefined where the vocabulary has none that is so spelt. */
  idOf(spelling: string): number | undefined {
    if (this.#ids instanceof Map) return (this.#ids as ReadonlyMap<string, number>).get(spelling);
    const ids = this.#ids as Readonly<Record<string, number>>;
    return Object.hasOwn(ids, spelling) ? ids[spelling] : undefined;
  }

  /** How a token is spelt; nothing for one that there isn't. */
  of(id: number): string {
    if (this.#spellings === undefined) {
      this.#spellings = [];
      for (const [spelling, own] of this.#entries()) this.#spellings[own] = spelling;
    }
    return this.#spellings[id] ?? '';
  }

  get largestId(): number {
    return this.#entries().reduce((largest, [, id]) => Math.max(largest, id), -1);
  }

  #entries(): (readonly [string, number])[] {
    return this.#ids instanceof Map
      ? [...(this.#ids as ReadonlyMap<string, number>)]
      : Object.entries(this.#ids);
  }
}

/** The largest number of a token. */
export function largestId(json: TokenizerJson): number {
  const added = addedTokensOf(json).map(({ id }) => id);
  return added.reduce((largest, id) => Math.max(largest, id), new Spellings(json).largestId);
}
