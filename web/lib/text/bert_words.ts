import { describe } from '../arguments.js';
import { AttentionError } from '../errors.js';

/** A word as the model sees it, and the piece of the text that each of its characters came from. */
export interface Word {
  /** Normalised code points. */
  characters: string[];
  /** Where the source of each character begins and ends in the text, in UTF-16 units. */
  starts: number[];
  ends: number[];
}

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

const CONTROL = /^[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\uFFFD]$/u;
const WHITESPACE = /^[\s\u0085]$/u;
const PUNCTUATION = /^[\p{P}!-/:-@[-`{-~]$/u;
const NONSPACING_MARK = /^\p{Mn}$/u;
/** The blocks of CJK ideographs that BERT sets apart as words (Devlin et al. 2019, tokenization.py). */
const CHINESE =
  /^[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]$/u;

/** What one character of the text becomes. */
function normalised(character: string, { stripAccents, lowercase }: BertNormalizer): string[] {
  let characters = [character];
  if (stripAccents) {
    characters = [...character.normalize('NFD')].filter((part) => !NONSPACING_MARK.test(part));
  }
  return lowercase ? characters.flatMap((part) => [...part.toLowerCase()]) : characters;
}

/**
 * The words of text[start, end): BERT's normaliser and pre-tokeniser as the Rust library has them, remembering
 * where every character came from. Punctuation and CJK ideographs are words of their own.
 */
export function* bertWords(
  text: string,
  start: number,
  end: number,
  normalizer: BertNormalizer,
): Generator<Word> {
  let word: Word = { characters: [], starts: [], ends: [] };
  const finished = (): Word | undefined => {
    const done = word.characters.length > 0 ? word : undefined;
    word = { characters: [], starts: [], ends: [] };
    return done;
  };
  let at = start;
  while (at < end) {
    const character = String.fromCodePoint(text.codePointAt(at) as number);
    const next = at + character.length;
    const blank = WHITESPACE.test(character);
    const isDropped =
      normalizer.cleanText &&
      (character === '\0' || (CONTROL.test(character) && !/^[\t\n\r]$/.test(character)));
    if (!isDropped) {
      const alone = normalizer.handleChineseChars && CHINESE.test(character);
      for (const part of blank ? [' '] : normalised(character, normalizer)) {
        const splits = alone || WHITESPACE.test(part) || PUNCTUATION.test(part);
        if (splits) {
          const before = finished();
          if (before !== undefined) yield before;
        }
        if (WHITESPACE.test(part)) continue;
        word.characters.push(part);
        word.starts.push(at);
        word.ends.push(next);
        if (splits) yield finished() as Word;
      }
    }
    at = next;
  }
  const last = finished();
  if (last !== undefined) yield last;
}
