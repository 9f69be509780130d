import { CharacterSet, whenAsked } from './character_set.js';
import * as tables from './library_tables.js';

// The classes of characters that the Rust library asks for, as it has them.

export const bertDropped = whenAsked(() => new CharacterSet(tables.BERT_DROPPED));
export const bertAccents = whenAsked(() => new CharacterSet(tables.BERT_ACCENTS));
export const marks = whenAsked(() => new CharacterSet(tables.MARKS));
export const punctuation = whenAsked(() => new CharacterSet(tables.PUNCTUATION));
export const decomposed = whenAsked(() => new CharacterSet(tables.DECOMPOSED));
export const attaching = whenAsked(() => new CharacterSet(tables.ATTACHING));
export const scriptless = whenAsked(() => new CharacterSet(tables.SCRIPTLESS));
const unassigned = whenAsked(() => new CharacterSet(tables.UNASSIGNED));

/** Unicode's white space, which JavaScript's `\s` isn't. For the inside of a class in a regular expression. */
export const WHITE_SPACE = '\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

/** Characters of words, as the Rust crate regex has them. */
export const WORD_CHARACTERS = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}';

/** Whether a code point is white space. */
export function isWhiteSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 9 && code <= 13);
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

const NUMERIC = /^\p{N}$/u;

/** Whether a code point is a number's, of any kind. */
export function isNumeric(code: number): boolean {
  if (code < 0x80) return code >= 0x30 && code <= 0x39;
  return NUMERIC.test(String.fromCodePoint(code));
}

/** Whether a code point is punctuation, ASCII's symbols included. */
export function isPunctuation(code: number): boolean {
  return punctuation().has(code);
}

const ONLY_ASCII = /^[\0-\x7f]*$/;

export function isAscii(text: string): boolean {
  return ONLY_ASCII.test(text);
}

/** What has no class in this engine either, which ranges of a pattern may still name. */
const UNASSIGNED_HERE = /^\p{Cn}$/u;

/** Characters that never got a class: what stands for those that came later than the library's Unicode. */
const NEVER_ASSIGNED = ['\u0378', '\u{effff}'] as const;

/**
 * The text as the library's patterns see it: an engine of a later Unicode has classes for characters that have none
 * there. Of as many units.
 */
export function asAssigned(text: string): string {
  if (isAscii(text)) return text;
  let seen = '';
  let copied = 0;
  for (let at = 0; at < text.length; ++at) {
    if (text.charCodeAt(at) < 0x378) continue;
    const code = text.codePointAt(at) as number;
    const isPair = code > 0xffff;
    if (unassigned().has(code) && !UNASSIGNED_HERE.test(String.fromCodePoint(code))) {
      seen += text.slice(copied, at) + NEVER_ASSIGNED[isPair ? 1 : 0];
      copied = at + (isPair ? 2 : 1);
    }
    if (isPair) ++at;
  }
  return copied === 0 ? text : seen + text.slice(copied);
}
