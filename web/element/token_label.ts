import type { Token } from '../lib/index.js';

/**
 * What is written for a token: spaces and line ends in it are made visible, but for the one space that many models take
 * into the word behind it.
 */
export function tokenText({ text }: Pick<Token, 'text'>): string {
  return text
    .replace(/^ (?=\S)/u, '')
    .replaceAll(/\r\n|[\n\r\u2028\u2029]/gu, '⏎')
    .replaceAll('\t', '⇥')
    .replaceAll(' ', '␣');
}

/** Whether the model added the token to the text. */
export function isAdded({ start, end }: Token): boolean {
  return start === end;
}

/** Whether the token goes on with the word of the one before it. */
export function isPiece(tokens: readonly Token[], index: number): boolean {
  const [before, token] = [tokens[index - 1], tokens[index]];
  if (before === undefined || token === undefined || isAdded(before) || isAdded(token)) return false;
  const ends = /[\p{L}\p{N}\p{M}]$/u.test(before.text);
  return before.end === token.start && ends && /^[\p{L}\p{N}\p{M}]/u.test(token.text);
}

/**
 * What is written for a token of a text. Tokens that share one character say which part of it they are, and those that
 * a model takes for the second of two texts are marked with ².
 */
export function labelText(tokens: readonly Token[], index: number): string {
  const token = tokens[index] as Token;
  const isPart = (other: Token | undefined) =>
    other?.start === token.start && other.end === token.end && !isAdded(token);
  let first = index;
  let last = index;
  while (isPart(tokens[first - 1])) --first;
  while (isPart(tokens[last + 1])) ++last;
  const text = tokenText(token) + (token.type === 1 ? '²' : '');
  return first === last ? text : `${text} ${index - first + 1}/${last - first + 1}`;
}
