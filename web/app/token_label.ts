import type { Token } from '../lib/index.js';

/** What is written for a token: spaces and line ends inside it are made visible. */
export function tokenText({ text }: Token): string {
  return text
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
  const isWord = (text: string) => /[\p{L}\p{N}]/u.test(text);
  return before.end === token.start && isWord(before.text) && isWord(token.text);
}
