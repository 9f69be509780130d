import { BYTE_CHARACTERS } from '../byte_characters.js';
import type { Piece, PieceModel } from '../piece_model.js';

const ENCODER = new TextEncoder();

/** A model whose vocabulary spells bytes, each as one character, for words as they stand in a text. */
export class ByteLevelModel implements PieceModel {
  readonly #model: PieceModel;

  constructor(model: PieceModel) {
    this.#model = model;
  }

  /** The pieces of a word. One that holds a part of a character's bytes has the place of the whole character. */
  pieces(word: string): Piece[] {
    let spelling = '';
    // For each byte, where its character begins and ends.
    const starts: number[] = [];
    const ends: number[] = [];
    for (let start = 0, end; start < word.length; start = end) {
      const character = String.fromCodePoint(word.codePointAt(start) as number);
      end = start + character.length;
      for (const byte of ENCODER.encode(character)) {
        spelling += BYTE_CHARACTERS[byte];
        starts.push(start);
        ends.push(end);
      }
    }
    return this.#model.pieces(spelling).map(({ id, start, end }) => ({
      id,
      start: starts[start] as number,
      end: ends[end - 1] as number,
    }));
  }
}
