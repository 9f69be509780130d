import { Trie } from '../models/trie.js';
import { TokenType, type GgufVocabulary } from './gguf_vocabulary.js';

/** A part of a text: a token that stands there by its name, or what is to be cut. */
export interface TextPart {
  start: number;
  end: number;
  /** The token's number; undefined for what is to be cut. */
  id?: number;
}

/** Which tokens take the spaces beside them. */
export interface Stripping {
  left: ReadonlySet<number>;
  right: ReadonlySet<number>;
}

const ENCODER = new TextEncoder();

const SPACES = /[\t\n\v\f\r ]/;

/** Finds the tokens that stand in a text by their names: the longest of all first, as llama.cpp does. */
export class NamedTokens {
  readonly #names: readonly string[];
  readonly #stripping: Stripping;
  readonly #trie = new Trie();

  constructor(vocabulary: GgufVocabulary, stripping: Stripping) {
    this.#names = vocabulary.tokens;
    this.#stripping = stripping;
    vocabulary.tokens.forEach((token, id) => {
      if (vocabulary.is(id, TokenType.CONTROL, TokenType.USER_DEFINED, TokenType.UNKNOWN)) {
        this.#trie.set(token, id);
      }
    });
  }

  partsOf(text: string, start: number, end: number): TextPart[] {
    let parts: TextPart[] = start < end ? [{ start, end }] : [];
    for (const id of this.#presentIn(text, start, end)) {
      parts = parts.flatMap((part) => (part.id === undefined ? [...this.#cutOut(text, part, id)] : [part]));
    }
    return parts;
  }

  /** The tokens whose names are in text[start, end), the longest first. */
  #presentIn(text: string, start: number, end: number): number[] {
    const present = new Set<number>();
    const add = (id: number) => void present.add(id);
    for (let at = start; at < end; ++at) this.#trie.forEachFrom(text, at, add);
    const lengthOf = (id: number) => ENCODER.encode(this.#names[id]).length;
    return [...present].sort((a, b) => lengthOf(b) - lengthOf(a) || a - b);
  }

  /** A part with all that a token's name stands for in it. */
  *#cutOut(text: string, { start, end }: TextPart, id: number): Generator<TextPart> {
    const name = this.#names[id] as string;
    const part = text.slice(start, end);
    let last = 0;
    for (let at = part.indexOf(name); at !== -1; at = part.indexOf(name, last)) {
      let before = at;
      if (this.#stripping.left.has(id)) {
        while (before > last && SPACES.test(part.charAt(before - 1))) --before;
      }
      if (before > last) yield { start: start + last, end: start + before };
      last = at + name.length;
      yield { id, start: start + at, end: start + last };
      if (this.#stripping.right.has(id)) {
        while (last < part.length && SPACES.test(part.charAt(last))) ++last;
      }
    }
    if (last < part.length) yield { start: start + last, end };
  }
}
