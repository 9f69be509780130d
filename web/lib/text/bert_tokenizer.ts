import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';

import {
  bertWords,
  readBertNormalizer,
  type BertNormalizer,
  type Character,
  type Word,
} from './bert_words.js';
import { SpecialTokens } from './special_tokens.js';
import type { Token } from './token.js';
import type { Pieces, TextOrPair, Tokenizer } from './tokenizer.js';
import { readSpellings, unsupportedTokenizer, type TokenizerJson } from './tokenizer_json.js';

/**
 * BERT's tokenizer. The pieces of each word are the library's; words and the places of their characters are
 * found here, since the library doesn't tell them.
 */
export class BertTokenizer implements Tokenizer {
  readonly #library: LibraryTokenizer;
  readonly #normalizer: BertNormalizer;
  readonly #special: SpecialTokens;
  readonly #prefix: string;
  readonly #unknown: string;
  readonly #spellings: ReadonlyMap<number, string>;

  constructor(json: TokenizerJson) {
    if (json.pre_tokenizer?.type !== 'BertPreTokenizer') {
      throw unsupportedTokenizer('the pre-tokenizer', '"BertPreTokenizer"', json.pre_tokenizer?.type);
    }
    this.#normalizer = readBertNormalizer(json.normalizer);
    this.#prefix = String(json.model?.continuing_subword_prefix);
    this.#unknown = String(json.model?.unk_token);
    this.#special = new SpecialTokens(json);
    this.#spellings = readSpellings(json);
    const pieces = { ...json, normalizer: null, pre_tokenizer: null, post_processor: null, added_tokens: [] };
    this.#library = new LibraryTokenizer(pieces as never, {});
  }

  encode(text: TextOrPair, maxTokens: number): { tokens: Token[]; truncated: boolean } {
    if (typeof text !== 'string') throw unsupportedTokenizer('the text', 'one', text);
    const known = new Map<string, Pieces>();
    return this.#special.encode(text, maxTokens, (start, end) => this.#between(text, start, end, known));
  }

  /** The pieces with a space before each word: what was between words isn't kept in the tokens. */
  decode(ids: readonly number[]): { text: string; tokens: Token[] } {
    let text = '';
    const tokens = ids.map((id): Token => {
      const name = this.#special.nameOf(id);
      if (name !== undefined) return { id, text: name, start: text.length, end: text.length };
      const spelling = this.#spellings.get(id) ?? this.#unknown;
      const isPart = spelling.startsWith(this.#prefix);
      if (!isPart && text !== '') text += ' ';
      const start = text.length;
      text += isPart ? spelling.slice(this.#prefix.length) : spelling;
      return { id, text: text.slice(start), start, end: text.length };
    });
    return { text, tokens };
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
