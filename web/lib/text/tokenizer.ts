import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';

import { describe } from '../arguments.js';
import { AttentionError } from '../errors.js';
import {
  bertWords,
  readBertNormalizer,
  type BertNormalizer,
  type Character,
  type Word,
} from './bert_words.js';
import type { Token } from './token.js';

/** Cuts text into a model's tokens. */
export interface Tokenizer {
  /**
   * The tokens of a text with those that the model adds, at most `maxTokens` in all; `truncated` says whether
   * more would have come.
   */
  encode(text: string, maxTokens: number): { tokens: Token[]; truncated: boolean };
}

/** What the library makes of a word. */
interface Pieces {
  ids: number[];
  tokens: string[];
}

interface AddedToken {
  id: number;
  content: string;
}

interface TokenizerJson {
  model?: { type?: unknown; continuing_subword_prefix?: unknown; unk_token?: unknown };
  normalizer?: unknown;
  pre_tokenizer?: { type?: unknown };
  post_processor?: {
    type?: unknown;
    single?: readonly { SpecialToken?: { id: string }; Sequence?: object }[];
    cls?: readonly [string, number];
    sep?: readonly [string, number];
  };
  added_tokens?: readonly (AddedToken & Record<string, unknown>)[];
}

function unsupported(part: string, expected: string, got: unknown): AttentionError {
  return new AttentionError(
    'file-format',
    `tokenizer.json: ${part} must be ${expected}, got ${describe(got)}.`,
  );
}

/** Tokens that are found in the text before anything else happens to it. */
function readAddedTokens(json: TokenizerJson): AddedToken[] {
  return (json.added_tokens ?? []).map((token) => {
    for (const key of ['single_word', 'lstrip', 'rstrip', 'normalized']) {
      if (token[key] === true) throw unsupported(`added token "${token.content}": ${key}`, 'false', true);
    }
    return { id: token.id, content: token.content };
  });
}

/** The names of the tokens that the model puts before and after a text. */
function readTemplate({ post_processor: processor }: TokenizerJson): { before: string[]; after: string[] } {
  if (processor?.type === 'BertProcessing' && processor.cls !== undefined && processor.sep !== undefined) {
    return { before: [processor.cls[0]], after: [processor.sep[0]] };
  }
  if (processor?.type !== 'TemplateProcessing' || processor.single === undefined) {
    throw unsupported('the post-processor', 'a template or BertProcessing', processor?.type);
  }
  const names = processor.single.map(({ SpecialToken }) => SpecialToken?.id);
  const text = names.indexOf(undefined);
  return { before: names.slice(0, text) as string[], after: names.slice(text + 1) as string[] };
}

/**
 * BERT's tokenizer. The pieces of each word are the library's; words and the places of their characters are
 * found here, since the library doesn't tell them.
 */
class BertTokenizer implements Tokenizer {
  readonly #library: LibraryTokenizer;
  readonly #normalizer: BertNormalizer;
  readonly #added: ReadonlyMap<string, number>;
  readonly #addedPattern: RegExp | undefined;
  readonly #before: Token[];
  readonly #after: Token[];
  readonly #prefix: string;
  readonly #unknown: string;

  constructor(json: TokenizerJson) {
    if (json.model?.type !== 'WordPiece') throw unsupported('the model', '"WordPiece"', json.model?.type);
    if (json.pre_tokenizer?.type !== 'BertPreTokenizer') {
      throw unsupported('the pre-tokenizer', '"BertPreTokenizer"', json.pre_tokenizer?.type);
    }
    this.#normalizer = readBertNormalizer(json.normalizer);
    this.#prefix = String(json.model.continuing_subword_prefix);
    this.#unknown = String(json.model.unk_token);
    const added = readAddedTokens(json);
    this.#added = new Map(added.map(({ content, id }) => [content, id]));
    const longestFirst = added.map(({ content }) => content).sort((a, b) => b.length - a.length);
    const escaped = longestFirst.map((content) => content.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
    this.#addedPattern = added.length > 0 ? new RegExp(escaped.join('|'), 'gu') : undefined;
    const named = (name: string): Token => {
      const id = this.#added.get(name);
      if (id === undefined) throw unsupported('the template', 'of added tokens', name);
      return { id, text: name, start: 0, end: 0 };
    };
    const { before, after } = readTemplate(json);
    this.#before = before.map(named);
    this.#after = after.map(named);
    const pieces = { ...json, normalizer: null, pre_tokenizer: null, post_processor: null, added_tokens: [] };
    this.#library = new LibraryTokenizer(pieces as never, {});
  }

  encode(text: string, maxTokens: number): { tokens: Token[]; truncated: boolean } {
    const room = Math.max(0, maxTokens - this.#before.length - this.#after.length);
    const own: Token[] = [];
    for (const token of this.#tokens(text)) {
      own.push(token);
      if (own.length > room) break;
    }
    const tokens = [...this.#before, ...own.slice(0, room), ...this.#after].map((token) => ({ ...token }));
    return { tokens, truncated: own.length > room };
  }

  *#tokens(text: string): Generator<Token> {
    const known = new Map<string, Pieces>();
    let start = 0;
    const matches = this.#addedPattern === undefined ? [] : text.matchAll(this.#addedPattern);
    for (const match of matches) {
      yield* this.#between(text, start, match.index, known);
      const [content] = match;
      start = match.index + content.length;
      yield { id: this.#added.get(content) as number, text: content, start: match.index, end: start };
    }
    yield* this.#between(text, start, text.length, known);
  }

  *#between(text: string, start: number, end: number, known: Map<string, Pieces>): Generator<Token> {
    for (const word of bertWords(text, start, end, this.#normalizer)) {
      const spelling = word.map(({ character }) => character).join('');
      let pieces = known.get(spelling);
      if (pieces === undefined) {
        pieces = this.#library.encode(spelling, { add_special_tokens: false }) as Pieces;
        known.set(spelling, pieces);
      }
      yield* this.#place(text, word, pieces);
    }
  }

  /** The library's pieces of a word, each with the characters that it spells; an unknown word is one piece. */
  *#place(text: string, word: Word, { ids, tokens }: Pieces): Generator<Token> {
    let first = 0;
    for (const [i, token] of tokens.entries()) {
      const spelling = i > 0 ? token.slice(this.#prefix.length) : token;
      const count = token === this.#unknown ? word.length : [...spelling].length;
      const { start } = word[first] as Character;
      const { end } = word[first + count - 1] as Character;
      yield { id: ids[i] as number, text: text.slice(start, end), start, end };
      first += count;
    }
  }
}

/**
 * The tokenizer of a tokenizer.json, without its truncation and padding.
 *
 * @throws AttentionError `file-format` naming a part that isn't supported
 */
export function createTokenizer(json: object): Tokenizer {
  return new BertTokenizer(json as TokenizerJson);
}
