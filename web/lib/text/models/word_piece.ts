import type { Piece, PieceModel } from '../piece_model.js';
import { ModelSettings, type ModelJson } from './settings.js';
import { readVocabulary, unknownId, type Vocabulary } from './vocabulary.js';

/**
 * WordPiece as BERT cuts it (Devlin et al. 2019): the longest token that a word begins with, then the longest that goes
 * on, spelt with a prefix. A word that can't be cut so, or is too long, is unknown as a whole.
 */
export class WordPiece implements PieceModel {
  readonly #vocabulary: Vocabulary;
  readonly #unknown: string;
  readonly #prefix: string;
  readonly #mostCharacters: number;
  readonly #longestToken: number;

  constructor(json: ModelJson) {
    const settings = new ModelSettings(json);
    settings.requireKnown(['vocab', 'unk_token', 'continuing_subword_prefix', 'max_input_chars_per_word']);
    this.#unknown = settings.text('unk_token', '[UNK]');
    this.#prefix = settings.text('continuing_subword_prefix', '##');
    this.#mostCharacters = settings.count('max_input_chars_per_word', 100);
    this.#vocabulary = readVocabulary(json.vocab);
    this.#longestToken = 0;
    for (const token of this.#vocabulary.keys()) {
      this.#longestToken = Math.max(this.#longestToken, token.length);
    }
  }

  pieces(word: string): Piece[] {
    if (word === '') return [];
    const isTooLong = word.length > this.#mostCharacters && [...word].length > this.#mostCharacters;
    return (
      (isTooLong ? undefined : this.#cut(word)) ?? [
        { id: unknownId(this.#vocabulary, this.#unknown), start: 0, end: word.length },
      ]
    );
  }

  /** The tokens that a word is made of; undefined where it is made of none. */
  #cut(word: string): Piece[] | undefined {
    const pieces: Piece[] = [];
    for (let start = 0; start < word.length;) {
      const piece = this.#longestFrom(word, start);
      if (piece === undefined) return undefined;
      pieces.push(piece);
      start = piece.end;
    }
    return pieces;
  }

  #longestFrom(word: string, start: number): Piece | undefined {
    const prefix = start > 0 ? this.#prefix : '';
    const furthest = Math.min(word.length, start + this.#longestToken - prefix.length);
    for (let end = furthest; end > start; --end) {
      const id = this.#vocabulary.get(prefix + word.slice(start, end));
      if (id !== undefined) return { id, start, end };
    }
    return undefined;
  }
}
