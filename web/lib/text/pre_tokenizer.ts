import { unsupportedTokenizer, type TokenizerPart } from './tokenizer_json.js';

/** Cuts text[start, end) into pieces, each [start, end). */
type Cut = (text: string, start: number, end: number) => Iterable<[start: number, end: number]>;

/** GPT-2's words (Radford et al. 2019). */
export const GPT2_WORDS =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/** A pattern of the Rust library in JavaScript's spelling: white space is Unicode's, and (?i:…) is spelt out. */
function translate(pattern: string): RegExp {
  const plain = pattern
    .replace(
      /\(\?i:([^()]*)\)/g,
      (_, inside: string) =>
        `(?:${inside.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)})`,
    )
    .replace(/\\s/g, '\\p{White_Space}')
    .replace(/\\S/g, '\\P{White_Space}');
  try {
    return new RegExp(plain, 'gu');
  } catch {
    throw unsupportedTokenizer("the pre-tokenizer's pattern", 'a regular expression', pattern);
  }
}

/** Matches are pieces, and so is what stands between them. */
function cutAround(pattern: RegExp): Cut {
  return function* (text, start, end) {
    let last = start;
    for (const match of text.slice(start, end).matchAll(pattern)) {
      if (match[0].length === 0) continue;
      const first = start + match.index;
      if (first > last) yield [last, first];
      last = first + match[0].length;
      yield [first, last];
    }
    if (last < end) yield [last, end];
  };
}

function readCut(part: TokenizerPart): Cut {
  const refuseUnless = (setting: string, only: unknown) => {
    if (part[setting] !== undefined && part[setting] !== only) {
      throw unsupportedTokenizer(`the pre-tokenizer: ${setting}`, String(only), part[setting]);
    }
  };
  if (part.type === 'ByteLevel') {
    refuseUnless('add_prefix_space', false);
    return part.use_regex === false ? cutAround(/(?!)/gu) : cutAround(translate(GPT2_WORDS));
  }
  if (part.type === 'Digits') {
    return cutAround(part.individual_digits === true ? /\p{N}/gu : /\p{N}+/gu);
  }
  if (part.type === 'Split') {
    refuseUnless('behavior', 'Isolated');
    refuseUnless('invert', false);
    const { Regex: pattern } = (part.pattern ?? {}) as { Regex?: unknown };
    if (typeof pattern !== 'string') {
      throw unsupportedTokenizer("the pre-tokenizer's pattern", 'a regular expression', pattern);
    }
    return cutAround(translate(pattern));
  }
  throw unsupportedTokenizer('the pre-tokenizer', '"ByteLevel", "Split", "Digits" or "Sequence"', part.type);
}

/** The pre-tokenizer of a byte-level vocabulary: the pieces that it cuts text[start, end) into. */
export function createPreTokenizer(part: TokenizerPart | null | undefined): Cut {
  const parts = part?.type === 'Sequence' ? (part.pretokenizers as TokenizerPart[]) : [part ?? {}];
  const cuts = parts.map(readCut);
  return function* (text, start, end) {
    let pieces: [number, number][] = [[start, end]];
    for (const cut of cuts) pieces = pieces.flatMap(([first, last]) => [...cut(text, first, last)]);
    yield* pieces;
  };
}
