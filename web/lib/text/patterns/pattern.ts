import { afterCharacter } from '../placed_text.js';
import { asAssigned } from '../unicode/classes.js';
import { translatePattern } from './translate_pattern.js';

/** Where a pattern matches: [start, end). */
export type Match = readonly [start: number, end: number];

/** Finds something in a text, from left to right, without overlap. */
export type Finder = (text: string) => Iterable<Match>;

/** The matches of a regular expression as Oniguruma goes on from one to the next: none is empty behind another. */
export function findPattern(expression: RegExp): Finder {
  return function* (text) {
    const seen = asAssigned(text);
    let last = -1;
    let at = 0;
    while (at <= seen.length) {
      expression.lastIndex = at;
      const found = expression.exec(seen);
      if (found === null) return;
      const { index } = found;
      // V8 finds places inside of a character where a pattern begins by looking back.
      if (index > 0 && afterCharacter(seen, index - 1) > index) {
        at = index + 1;
        continue;
      }
      const end = index + found[0].length;
      if (found[0] === '' && end === last) {
        at = afterCharacter(seen, end);
        continue;
      }
      yield [index, end];
      last = end;
      at = end;
    }
  };
}

/** All places of a string. */
export function findString(string: string): Finder {
  return function* (text) {
    for (let at = text.indexOf(string); at !== -1; at = text.indexOf(string, at + string.length)) {
      yield [at, at + string.length];
    }
  };
}

/** Every character of a kind. */
export function findCharacters(isOne: (code: number) => boolean): Finder {
  return function* (text) {
    for (let at = 0, next; at < text.length; at = next) {
      next = afterCharacter(text, at);
      if (isOne(text.codePointAt(at) as number)) yield [at, next];
    }
  };
}

/** What a part of a tokenizer.json names: a string as it is, or a regular expression. */
export function createFinder(pattern: { String?: unknown; Regex?: unknown }): Finder | undefined {
  const { String: string, Regex: expression } = pattern;
  if (typeof string === 'string') return string === '' ? findPattern(/(?:)/gu) : findString(string);
  return typeof expression === 'string' ? findPattern(translatePattern(expression)) : undefined;
}
