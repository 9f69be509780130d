import type { Piece, PieceModel } from '../piece_model.js';
import { bestPath, fused, type UnigramScores } from './best_path.js';
import { ModelSettings, wrongSetting, type ModelJson } from './settings.js';
import { Trie } from './trie.js';
import { byteIds } from './vocabulary.js';

/** How much worse than the worst token a character is that the vocabulary lacks. */
export const UNKNOWN_PENALTY = 10;

type Entry = readonly [token: string, score: number];

function readEntries(vocab: unknown): Entry[] {
  const isEntry = (entry: unknown) =>
    Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number';
  if (!Array.isArray(vocab) || !vocab.every(isEntry)) {
    throw wrongSetting('vocab', 'a list of [token, score]', vocab);
  }
  return vocab as Entry[];
}

/**
 * The unigram language model (Kudo 2018) as the Rust library cuts with it: of all ways to cut a word into tokens, that
 * of the highest sum of scores, found by Viterbi. Unknown characters beside each other are one piece, or their bytes.
 */
export class Unigram implements PieceModel {
  readonly #ids = new Map<string, number>();
  readonly #scores: UnigramScores;
  readonly #unknownId: number | undefined;
  readonly #hasBytes: boolean;

  constructor(json: ModelJson) {
    const settings = new ModelSettings(json);
    settings.requireKnown(['vocab', 'unk_id', 'byte_fallback', 'fuse_unk']);
    // The library fuses always, and doesn't write that it does.
    if (json.fuse_unk === false) throw wrongSetting('fuse_unk', 'true', false);
    this.#hasBytes = settings.flag('byte_fallback');
    const id = settings.count('unk_id');
    this.#unknownId = id;
    const entries = readEntries(json.vocab);
    if (id !== undefined && id >= entries.length) throw wrongSetting('unk_id', `below ${entries.length}`, id);
    const trie = new Trie();
    entries.forEach(([token], number) => {
      this.#ids.set(token, number);
      trie.set(token, number);
    });
    const scores = entries.map(([, score]) => score);
    const score = scores.reduce((least, own) => Math.min(least, own), Infinity) - UNKNOWN_PENALTY;
    this.#scores = { trie, scores, unknown: id === undefined ? undefined : { id, score } };
  }

  pieces(word: string): Piece[] {
    const path = bestPath(word, this.#scores);
    if (typeof path === 'number') {
      throw wrongSetting('unk_id', 'the number of a token to cut this text', null);
    }
    return fused(path, this.#unknownId).flatMap((piece) => this.#spelt(word, piece));
  }

  /** An unknown piece as its bytes where there are tokens for all of them; each has the place of the whole piece. */
  #spelt(word: string, piece: Piece): Piece[] {
    if (piece.id !== this.#unknownId) return [piece];
    const { start, end } = piece;
    const spelling = word.slice(start, end);
    const known = this.#ids.get(spelling);
    if (known !== undefined) return [{ id: known, start, end }];
    const bytes = this.#hasBytes ? byteIds(this.#ids, spelling) : undefined;
    return bytes?.map((id) => ({ id, start, end })) ?? [piece];
  }
}
