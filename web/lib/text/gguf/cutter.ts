import type { Piece } from '../piece_model.js';

/** Cuts what stands between named tokens, by one kind of vocabulary. */
export interface Cutter {
  /** The pieces of text[start, end), with their places in the whole text. */
  cut(text: string, start: number, end: number): Iterable<Piece>;
  /** The bytes that a token spells. */
  bytesOf(token: string): Uint8Array;
}

const ENCODER = new TextEncoder();

/** How vocabularies of SentencePiece write a space. */
export const SPACE = '▁';

const BYTE = /^<0x([0-9A-F]{2})>$/;

/** The bytes of a token whose vocabulary writes spaces as ▁ and single bytes by their numbers. */
export function bytesOfSentencePiece(token: string): Uint8Array {
  const byte = BYTE.exec(token)?.[1];
  if (byte !== undefined) return Uint8Array.of(Number.parseInt(byte, 16));
  return ENCODER.encode(token.replaceAll(SPACE, ' '));
}
