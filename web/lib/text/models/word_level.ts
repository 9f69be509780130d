import type { Piece, PieceModel } from '../piece_model.js';
import { ModelSettings, type ModelJson } from './settings.js';
import { readVocabulary, unknownId, type Vocabulary } from './vocabulary.js';

/** Whole words; those that the vocabulary lacks are unknown. */
export class WordLevel implements PieceModel {
  readonly #vocabulary: Vocabulary;
  readonly #unknown: string;

  constructor(json: ModelJson) {
    const settings = new ModelSettings(json);
    settings.requireKnown(['vocab', 'unk_token']);
    this.#unknown = settings.text('unk_token', '<unk>');
    this.#vocabulary = readVocabulary(json.vocab);
  }

  pieces(word: string): Piece[] {
    if (word === '') return [];
    const id = this.#vocabulary.get(word) ?? unknownId(this.#vocabulary, this.#unknown);
    return [{ id, start: 0, end: word.length }];
  }
}
