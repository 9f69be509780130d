import type { Token } from './token.js';
import { utf8Pieces } from './utf8_pieces.js';

/** A token and the bytes that it spells; a special token spells none, but has a name. */
export interface SpeltToken {
  id: number;
  name: string | undefined;
  bytes: Uint8Array;
}

/** The text that tokens spell, and their places in it; tokens that split a character share its place. */
export function decodeBytes(spelt: readonly SpeltToken[]): { text: string; tokens: Token[] } {
  const bytes = Uint8Array.from(spelt.flatMap((token) => [...token.bytes]));
  // For each byte, where its character begins and ends.
  const places: [start: number, end: number][] = [];
  let text = '';
  for (const piece of utf8Pieces(bytes)) {
    const start = text.length;
    text += piece.character;
    for (let i = 0; i < piece.bytes; ++i) places.push([start, text.length]);
  }
  let first = 0;
  const tokens = spelt.map(({ id, name, bytes: own }): Token => {
    const start = places[first]?.[0] ?? text.length;
    const end = own.length === 0 ? start : (places[first + own.length - 1]?.[1] ?? text.length);
    first += own.length;
    return { id, text: name ?? text.slice(start, end), start, end };
  });
  return { text, tokens };
}
