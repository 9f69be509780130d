import type { Piece } from '../piece_model.js';

/** Cuts what stands between named tokens, by one kind of vocabulary. */
export interface Cutter {
  /** The pieces of text[start, end), with their places in the whole text. */
  cut(text: string, start: number, end: number): Iterable<Piece>;
  spell(token: string): Spelling;
}

/** What a token spells. */
export interface Spelling {
  /** What stands between it and the token before it, and isn't its own. */
  before: string;
  bytes: Uint8Array;
}

const ENCODER = new TextEncoder();

/** How vocabularies of SentencePiece write a space. */
export const SPACE = '▁';

const BYTE = /^<0x([0-9A-F]{2})>$/;

/** What a token spells whose vocabulary writes spaces as ▁ and single bytes by their numbers. */
export function spellSentencePiece(token: string): Spelling {
  const byte = BYTE.exec(token)?.[1];
  const bytes =
    byte === undefined
      ? ENCODER.encode(token.replaceAll(SPACE, ' '))
      : Uint8Array.of(Number.parseInt(byte, 16));
  return { before: '', bytes };
}
