import type { Normalizer } from './normalizers/normalizer.js';
import { PlacedText } from './placed_text.js';
import { addedTokensOf, type Spellings, type TokenizerJson } from './tokenizer_json.js';
import { asAssigned, isWhiteSpace, WORD_CHARACTERS } from './unicode/classes.js';
import { whenAsked } from './unicode/character_set.js';

/** A token that is found in a text by its content. */
interface AddedToken {
  id: number;
  content: string;
  /** Only where no other character of a word stands beside it. */
  isSingleWord: boolean;
  /** Takes the white space before it. */
  stripsLeft: boolean;
  /** Takes the white space behind it. */
  stripsRight: boolean;
  /** Found in the text as the normaliser makes it, by its content so made. */
  isNormalized: boolean;
  /** Left out of what is decoded. */
  isSpecial: boolean;
}

/** A piece of a text: one of the added tokens, or what is still to be cut. */
export interface Stretch {
  text: PlacedText;
  id?: number;
}

/** Where contents begin with the same characters, they share the way to where they differ. */
interface Node {
  next: Map<number, Node>;
  token?: AddedToken;
}

const WORD_AT_END = whenAsked(() => new RegExp(`[${WORD_CHARACTERS}]$`, 'u'));
const WORD_AT_START = whenAsked(() => new RegExp(`^[${WORD_CHARACTERS}]`, 'u'));

/**
 * Finds the contents of tokens in a text: the leftmost first, of those that begin together the longest, and the first
 * of those that a normaliser made the same.
 */
class Matcher {
  readonly #root: Node = { next: new Map() };

  constructor(tokens: readonly (readonly [content: string, token: AddedToken])[]) {
    for (const [content, token] of tokens) {
      let node = this.#root;
      for (let i = 0; i < content.length; ++i) {
        const unit = content.charCodeAt(i);
        let next = node.next.get(unit);
        if (next === undefined) node.next.set(unit, (next = { next: new Map() }));
        node = next;
      }
      node.token ??= token;
    }
  }

  /** The text in pieces, none of them empty. */
  split(text: PlacedText): Stretch[] {
    if (this.#root.next.size === 0) return text.text === '' ? [] : [{ text }];
    const whole = text.text;
    const stretches: Stretch[] = [];
    let last = 0;
    for (const { at, end: endOfContent, token } of this.#matches(whole)) {
      if (token.isSingleWord && isInWord(whole, at, endOfContent)) continue;
      let start = at;
      let end = endOfContent;
      if (token.stripsLeft) {
        while (start > last && isWhiteSpace(whole.charCodeAt(start - 1))) --start;
        start = Math.max(start, last);
      }
      if (token.stripsRight) while (end < whole.length && isWhiteSpace(whole.charCodeAt(end))) ++end;
      if (start > last) stretches.push({ text: text.slice(last, start) });
      // A token of spaces alone may be left with none by the one before.
      if (end > start) stretches.push({ text: text.slice(start, end), id: token.id });
      last = end;
    }
    if (last < whole.length) stretches.push({ text: text.slice(last, whole.length) });
    return stretches;
  }

  *#matches(text: string): Generator<{ at: number; end: number; token: AddedToken }> {
    const { next: first } = this.#root;
    for (let at = 0; at < text.length;) {
      let node = first.get(text.charCodeAt(at));
      let token: AddedToken | undefined;
      let end = at;
      for (let i = at + 1; node !== undefined; ++i) {
        if (node.token !== undefined) [token, end] = [node.token, i];
        node = node.next.get(text.charCodeAt(i));
      }
      if (token === undefined) {
        at += 1;
      } else {
        yield { at, end, token };
        at = end;
      }
    }
  }
}

function isInWord(text: string, start: number, end: number): boolean {
  const before = asAssigned(text.slice(Math.max(0, start - 2), start));
  const after = asAssigned(text.slice(end, end + 2));
  return WORD_AT_END().test(before) || WORD_AT_START().test(after);
}

/** The tokens of the list, those that the model doesn't have numbered as the Rust library numbers them. */
function readTokens(whole: TokenizerJson, spellings: Spellings): AddedToken[] {
  const tokens = new Map<string, AddedToken>();
  let more = 0;
  for (const json of addedTokensOf(whole)) {
    const { content } = json;
    if (content === '') continue;
    const id = tokens.get(content)?.id ?? spellings.idOf(content) ?? spellings.size + more++;
    tokens.set(content, {
      id,
      content,
      isSingleWord: json.single_word === true,
      stripsLeft: json.lstrip === true,
      stripsRight: json.rstrip === true,
      isNormalized: json.normalized === true,
      isSpecial: json.special !== false,
    });
  }
  return [...tokens.values()];
}

/** The tokens that are found in a text before it is cut. */
export class AddedTokens {
  readonly #asWritten: Matcher;
  readonly #normalized: Matcher;
  readonly #byId: ReadonlyMap<number, AddedToken>;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #normalizer: Normalizer;
  /** Whether none is looked for in the text as the normaliser makes it. */
  readonly areAllAsWritten: boolean;

  constructor(json: TokenizerJson, spellings: Spellings, normalizer: Normalizer) {
    const tokens = readTokens(json, spellings);
    const normalized = tokens.filter(({ isNormalized }) => isNormalized);
    this.#asWritten = new Matcher(
      tokens.filter(({ isNormalized }) => !isNormalized).map((token) => [token.content, token]),
    );
    this.#normalized = new Matcher(
      normalized.map((token) => [normalizer(PlacedText.from(token.content)).text, token]),
    );
    this.areAllAsWritten = normalized.length === 0;
    this.#byId = new Map(tokens.map((token) => [token.id, token]));
    this.#ids = new Map(tokens.map(({ content, id }) => [content, id]));
    this.#normalizer = normalizer;
  }

  /** The number of a token by its content. */
  idOf(content: string): number | undefined {
    return this.#ids.get(content);
  }

  /**
   * A text in pieces; those that are no tokens are as the normaliser makes them, of one block after another of what
   * stands between those that are looked for as written.
   */
  *split(text: PlacedText, blocksOf: (text: PlacedText) => Iterable<PlacedText>): Generator<Stretch> {
    for (const stretch of this.#asWritten.split(text)) {
      if (stretch.id !== undefined) {
        yield stretch;
        continue;
      }
      for (const block of blocksOf(stretch.text)) yield* this.#normalized.split(this.#normalizer(block));
    }
  }

  /** What a token is called, and whether it is left out of what is decoded; undefined for those of the model. */
  tokenOf(id: number): Readonly<Pick<AddedToken, 'content' | 'isSpecial'>> | undefined {
    return this.#byId.get(id);
  }
}
