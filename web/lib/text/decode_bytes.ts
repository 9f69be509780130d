import type { Token } from './token.js';
import { utf8Pieces } from './utf8_pieces.js';

/** A token on its way to a text. */
export interface SpeltToken {
  id: number;
  /** What a special token is called, which spells nothing. */
  name?: string;
  /** What stands before it, and isn't its own. */
  before: string;
  spelling: string;
  /** The bytes that it stands for, where they aren't those of its spelling. */
  bytes?: Uint8Array | undefined;
}

const ENCODER = new TextEncoder();

/** The text that tokens spell, and their places in it; tokens that split a character share its place. */
export function decodeBytes(spelt: readonly SpeltToken[]): { text: string; tokens: Token[] } {
  const parts = spelt.map(({ before, spelling, bytes }) => ({
    before: ENCODER.encode(before),
    own: bytes ?? ENCODER.encode(spelling),
  }));
  const bytes = Uint8Array.from(parts.flatMap(({ before, own }) => [...before, ...own]));
  // For each byte, where its character begins and ends.
  const places: [start: number, end: number][] = [];
  let text = '';
  for (const piece of utf8Pieces(bytes)) {
    const start = text.length;
    text += piece.character;
    for (let i = 0; i < piece.bytes; ++i) places.push([start, text.length]);
  }
  let first = 0;
  const tokens = spelt.map(({ id, name }, i): Token => {
    const { before, own } = parts[i] as (typeof parts)[number];
    first += before.length;
    const start = places[first]?.[0] ?? text.length;
    const end = own.length === 0 ? start : (places[first + own.length - 1]?.[1] ?? text.length);
    first += own.length;
    return { id, text: name ?? text.slice(start, end), start, end };
  });
  return { text, tokens };
}
