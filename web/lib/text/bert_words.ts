import { describe } from '../arguments.js';
import { AttentionError } from '../errors.js';

/** A character as the model sees it, and the piece of the text that it came from, in UTF-16 units. */
export interface Character {
  /** One code point. */
  character: string;
  start: number;
  end: number;
}

export type Word = Character[];

/** BertNormalizer of a tokenizer.json. */
export interface BertNormalizer {
  cleanText: boolean;
  handleChineseChars: boolean;
  stripAccents: boolean;
  lowercase: boolean;
}

export function readBertNormalizer(json: unknown): BertNormalizer {
  const { type, clean_text, handle_chinese_chars, strip_accents, lowercase } = (json ?? {}) as Record<
    string,
    unknown
  >;
  if (type !== 'BertNormalizer') {
    throw new AttentionError(
      'file-format',
      `tokenizer.json: the normalizer must be "BertNormalizer", got ${describe(type)}.`,
    );
  }
  return {
    cleanText: clean_text !== false,
    handleChineseChars: handle_chinese_chars !== false,
    stripAccents: (strip_accents ?? lowercase) !== false,
    lowercase: lowercase !== false,
  };
}

const CONTROL = /^[\p{Cc}\p{Cf}\p{Co}\p{Cs}\uFFFD]$/u;
const WHITESPACE = /^\p{White_Space}$/u;
const PUNCTUATION = /^[\p{P}!-/:-@[-`{-~]$/u;
const NONSPACING_MARK = /^\p{Mn}$/u;
/** The blocks of CJK ideographs that BERT sets apart as words (Devlin et al. 2019, tokenization.py). */
const CHINESE =
  /^[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]$/u;

function isDropped(character: string): boolean {
  return CONTROL.test(character) && !/^[\t\n\r]$/.test(character);
}

/** What stands between blanks in text[start, end). */
function* betweenBlanks(text: string, start: number, end: number, cleanText: boolean): Generator<Word> {
  let word: Word = [];
  for (let at = start, next; at < end; at = next) {
    const character = String.fromCodePoint(text.codePointAt(at) as number);
    next = at + character.length;
    if (cleanText && isDropped(character)) continue;
    if (WHITESPACE.test(character)) {
      yield word;
      word = [];
    } else {
      word.push({ character, start: at, end: next });
    }
  }
  yield word;
}

/** The word with every character of a kind as a word of its own. */
function* setApart(word: Word, kind: RegExp): Generator<Word> {
  let own: Word = [];
  for (const character of word) {
    const isApart = kind.test(character.character);
    if (isApart && own.length > 0) {
      yield own;
      own = [];
    }
    own.push(character);
    if (isApart) {
      yield own;
      own = [];
    }
  }
  if (own.length > 0) yield own;
}

/**
 * The word decomposed (NFD) and without its marks. Where that puts characters into another order, the pieces of the
 * text stay in theirs, as in the Rust library.
 */
function withoutAccents(word: Word): Word {
  const pieces = word.flatMap((whole) => [...whole.character.normalize('NFD')].map(() => whole));
  const decomposed = word
    .map(({ character }) => character)
    .join('')
    .normalize('NFD');
  return [...decomposed]
    .map((character, i) => ({ ...(pieces[i] as Character), character }))
    .filter(({ character }) => !NONSPACING_MARK.test(character));
}

function inLowercase(word: Word): Word {
  return word.flatMap((whole) =>
    [...whole.character.toLowerCase()].map((character) => ({ ...whole, character })),
  );
}

/**
 * The words of text[start, end): BERT's normaliser and pre-tokeniser as the Rust library has them, remembering
 * where every character came from. Punctuation and CJK ideographs are words of their own.
 */
export function* bertWords(
  text: string,
  start: number,
  end: number,
  { cleanText, handleChineseChars, stripAccents, lowercase }: BertNormalizer,
): Generator<Word> {
  for (const run of betweenBlanks(text, start, end, cleanText)) {
    for (const piece of handleChineseChars ? setApart(run, CHINESE) : [run]) {
      const plain = stripAccents ? withoutAccents(piece) : piece;
      yield* setApart(lowercase ? inLowercase(plain) : plain, PUNCTUATION);
    }
  }
}
