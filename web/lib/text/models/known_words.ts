import type { Piece, PieceModel } from '../piece_model.js';

/** Longer words hardly come again. */
const LONGEST_WORD = 256;
const MOST_WORDS = 10_000;

/** A model that remembers the words that it has cut. */
export class KnownWords implements PieceModel {
  readonly #model: PieceModel;
  readonly #known = new Map<string, readonly Piece[]>();

  constructor(model: PieceModel) {
    this.#model = model;
  }

  pieces(word: string): readonly Piece[] {
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    const pieces = this.#model.pieces(word);
    if (word.length <= LONGEST_WORD && this.#known.size < MOST_WORDS) this.#known.set(word, pieces);
    return pieces;
  }
}
