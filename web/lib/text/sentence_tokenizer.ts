import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';

import { decodeBytes } from './decode_bytes.js';
import { SpecialTokens } from './special_tokens.js';
import type { Token } from './token.js';
import type { Pieces, TextOrPair, Tokenizer } from './tokenizer.js';
import {
  readSpellings,
  unsupportedTokenizer,
  type TokenizerJson,
  type TokenizerPart,
} from './tokenizer_json.js';

/** How a vocabulary of this kind writes a space, and a byte of a character that it lacks. */
const SPACE = '▁';
const BYTE = /^<0x([0-9A-F]{2})>$/;

const ENCODER = new TextEncoder();

/** What becomes of a text before it is cut. */
interface SentenceSettings {
  /** Where a space is put before the text: nowhere, before its beginning, or before each part between special tokens. */
  prefix: 'never' | 'first' | 'always';
  /** Whether no token goes over a space. */
  isSplit: boolean;
}

function readNormalizer(part: TokenizerPart | null | undefined): SentenceSettings['prefix'] {
  if (part === null || part === undefined) return 'never';
  if (part.type === 'Sequence') {
    const all = (part.normalizers as TokenizerPart[]).map(readNormalizer);
    return all.includes('always') ? 'always' : 'never';
  }
  if (part.type === 'Prepend' && part.prepend === SPACE) return 'always';
  const pattern = (part.pattern as { String?: unknown } | undefined)?.String;
  if (part.type === 'Replace' && pattern === ' ' && part.content === SPACE) return 'never';
  throw unsupportedTokenizer('the normaliser', 'spaces to "▁"', part.type);
}

function readSettings({ normalizer, pre_tokenizer: part }: TokenizerJson): SentenceSettings {
  const prefix = readNormalizer(normalizer);
  if (part === null || part === undefined) return { prefix, isSplit: false };
  if (part.type === 'Metaspace' && (part.replacement ?? SPACE) === SPACE) {
    const scheme = part.prepend_scheme ?? 'always';
    if (scheme !== 'never' && scheme !== 'first' && scheme !== 'always') {
      throw unsupportedTokenizer('the pre-tokenizer: prepend_scheme', '"never", "first" or "always"', scheme);
    }
    return { prefix: prefix === 'always' ? prefix : scheme, isSplit: part.split !== false };
  }
  // Gemma's, which finds no space once the normaliser was there.
  const pattern = (part.pattern as { String?: unknown } | undefined)?.String;
  if (part.type === 'Split' && pattern === ' ') return { prefix, isSplit: false };
  throw unsupportedTokenizer('the pre-tokenizer', 'none, "Metaspace" or a split at spaces', part.type);
}

/** A character, its bytes, and where it lies in the person's text. */
interface PlacedCharacter {
  character: string;
  start: number;
  end: number;
}

/**
 * BPE over characters with a token for each byte of those that the vocabulary lacks, as SentencePiece makes it (Kudo &
 * Richardson 2018): Llama 2, Mistral, Gemma. The merges are the library's; the places of tokens are found here, since
 * the library doesn't tell them.
 */
export class SentenceTokenizer implements Tokenizer {
  readonly #library: LibraryTokenizer;
  readonly #settings: SentenceSettings;
  readonly #special: SpecialTokens;
  readonly #spellings: ReadonlyMap<number, string>;

  constructor(json: TokenizerJson) {
    this.#settings = readSettings(json);
    this.#special = new SpecialTokens(json);
    this.#spellings = readSpellings(json);
    const pieces = {
      model: json.model,
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder: null,
      added_tokens: [],
    };
    this.#library = new LibraryTokenizer(pieces as never, {});
  }

  encode(text: TextOrPair, maxTokens: number): { tokens: Token[]; truncated: boolean } {
    if (typeof text !== 'string') throw unsupportedTokenizer('the text', 'one', text);
    return this.#special.encode(text, maxTokens, (start, end) => this.#between(text, start, end));
  }

  /** The space before a text stays: what is decoded may go on with another. */
  decode(ids: readonly number[]): { text: string; tokens: Token[] } {
    return decodeBytes(
      ids.map((id) => {
        const name = this.#special.nameOf(id);
        const spelling = name === undefined ? (this.#spellings.get(id) ?? '') : '';
        const byte = BYTE.exec(spelling)?.[1];
        const bytes =
          byte === undefined
            ? ENCODER.encode(spelling.replaceAll(SPACE, ' '))
            : Uint8Array.of(Number.parseInt(byte, 16));
        return { id, name, bytes };
      }),
    );
  }

  *#between(text: string, start: number, end: number): Generator<Token> {
    if (start === end) return;
    const characters: PlacedCharacter[] = [];
    const { prefix, isSplit } = this.#settings;
    const hasPrefix = prefix === 'always' || (prefix === 'first' && start === 0);
    const isPrefixed = this.#settings.prefix !== 'always' && text[start] === ' ';
    for (let at = start, next; at < end; at = next) {
      const character = String.fromCodePoint(text.codePointAt(at) as number);
      next = at + character.length;
      // The space that is put before a text has the place of what it is put before.
      if (at === start && hasPrefix && !isPrefixed)
        characters.push({ character: SPACE, start: at, end: next });
      characters.push({ character: character === ' ' ? SPACE : character, start: at, end: next });
    }
    let piece: PlacedCharacter[] = [];
    for (const character of characters) {
      if (isSplit && character.character === SPACE && piece.length > 0) {
        yield* this.#place(text, piece);
        piece = [];
      }
      piece.push(character);
    }
    yield* this.#place(text, piece);
  }

  /** The tokens of a piece, each with the characters, or the character of the byte, that it spells. */
  *#place(text: string, piece: readonly PlacedCharacter[]): Generator<Token> {
    const spelling = piece.map(({ character }) => character).join('');
    const { ids, tokens } = this.#library.encode(spelling, { add_special_tokens: false }) as Pieces;
    let first = 0;
    let bytesLeft = 0;
    for (const [i, token] of tokens.entries()) {
      const { character, start } = piece[first] as PlacedCharacter;
      let last = first;
      if (BYTE.test(token) && !spelling.startsWith(token)) {
        if (bytesLeft === 0) bytesLeft = ENCODER.encode(character).length;
        bytesLeft -= 1;
      } else {
        last = first + [...token].length - 1;
      }
      const { end } = piece[last] as PlacedCharacter;
      yield { id: ids[i] as number, text: text.slice(start, end), start, end };
      if (bytesLeft === 0) first = last + 1;
    }
  }
}
