import { afterCharacter, PlacedTextBuilder, type PlacedText } from '../placed_text.js';
import { isAscii, isWhiteSpace } from '../unicode/classes.js';

/** The text without the characters of a kind. */
export function without(text: PlacedText, isDropped: (code: number) => boolean): PlacedText {
  const { text: whole } = text;
  let made: PlacedTextBuilder | undefined;
  let kept = 0;
  for (let at = 0, next; at < whole.length; at = next) {
    next = afterCharacter(whole, at);
    if (!isDropped(whole.codePointAt(at) as number)) continue;
    made ??= new PlacedTextBuilder();
    made.copy(text, kept, at);
    kept = next;
  }
  if (made === undefined) return text;
  made.copy(text, kept, whole.length);
  return made.build();
}

/** The text in small letters, each by itself: a sigma at a word's end is as any other. */
export function lowercased(text: PlacedText): PlacedText {
  const { text: whole } = text;
  const lower = whole.replaceAll('Σ', 'σ').toLowerCase();
  // One letter becomes two, which have its place.
  if (!whole.includes('İ')) return text.respelt(lower);
  const made = new PlacedTextBuilder();
  for (let at = 0, next; at < whole.length; at = next) {
    next = afterCharacter(whole, at);
    const character = whole.slice(at, next).replace('Σ', 'σ').toLowerCase();
    made.add(character, text.startOf(at), text.endBefore(next));
  }
  return made.build();
}

/** The text without the white space at its ends. */
export function stripped(text: PlacedText, atStart: boolean, atEnd: boolean): PlacedText {
  const { text: whole } = text;
  let first = 0;
  let end = whole.length;
  while (atStart && first < end && isWhiteSpace(whole.charCodeAt(first))) ++first;
  while (atEnd && end > first && isWhiteSpace(whole.charCodeAt(end - 1))) --end;
  return text.slice(first, end);
}

const ASCII_BLANKS = /[\t\n\r\f\v]/g;

/** The text with every white space as a plain one. */
export function withPlainSpaces(text: PlacedText): PlacedText {
  const { text: whole } = text;
  if (isAscii(whole)) return text.respelt(whole.replace(ASCII_BLANKS, ' '));
  return text.respelt(whole.replace(/\p{White_Space}/gu, ' '));
}
