import type { Piece, PieceModel } from '../piece_model.js';
import { ModelSettings, wrongSetting, type ModelJson } from './settings.js';
import { Trie } from './trie.js';
import { byteIds } from './vocabulary.js';

/** How much worse than the worst token a character is that the vocabulary lacks. */
const UNKNOWN_PENALTY = 10;

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
  readonly #trie = new Trie();
  readonly #scores: readonly number[];
  readonly #unknownId: number | undefined;
  readonly #unknownScore: number;
  readonly #hasBytes: boolean;

  constructor(json: ModelJson) {
    const settings = new ModelSettings(json);
    settings.requireKnown(['vocab', 'unk_id', 'byte_fallback', 'fuse_unk']);
    // The library fuses always, and doesn't write that it does.
    if (json.fuse_unk === false) throw wrongSetting('fuse_unk', 'true', false);
    this.#hasBytes = settings.flag('byte_fallback');
    this.#unknownId = settings.count('unk_id');
    const entries = readEntries(json.vocab);
    if (this.#unknownId !== undefined && this.#unknownId >= entries.length) {
      throw wrongSetting('unk_id', `below ${entries.length}`, this.#unknownId);
    }
    this.#scores = entries.map(([, score]) => score);
    this.#unknownScore =
      this.#scores.reduce((least, score) => Math.min(least, score), Infinity) - UNKNOWN_PENALTY;
    entries.forEach(([token], id) => {
      this.#ids.set(token, id);
      this.#trie.set(token, id);
    });
  }

  pieces(word: string): Piece[] {
    return this.#fused(this.#best(word)).flatMap((piece) => this.#spelt(word, piece));
  }

  /** The best way to cut a word. */
  #best(word: string): Piece[] {
    // For each place: the best sum of scores up to there, and the last token of that way.
    const sums = new Float64Array(word.length + 1).fill(-Infinity);
    const ids = new Int32Array(word.length + 1);
    const starts = new Int32Array(word.length + 1).fill(-1);
    sums[0] = 0;
    for (let start = 0, next; start < word.length; start = next) {
      next = start + ((word.codePointAt(start) as number) > 0xffff ? 2 : 1);
      const sum = sums[start] as number;
      let isKnown = false;
      const offer = (id: number, end: number, score: number) => {
        if (starts[end] !== -1 && !(sum + score > (sums[end] as number))) return;
        sums[end] = sum + score;
        ids[end] = id;
        starts[end] = start;
      };
      this.#trie.forEachFrom(word, start, (id, end) => {
        if (end === next) isKnown = true;
        offer(id, end, this.#scores[id] as number);
      });
      if (isKnown) continue;
      if (this.#unknownId === undefined) {
        throw wrongSetting('unk_id', 'the number of a token to cut this text', null);
      }
      offer(this.#unknownId, next, this.#unknownScore);
    }
    const pieces: Piece[] = [];
    for (let end = word.length; end > 0; end = starts[end] as number) {
      pieces.push({ id: ids[end] as number, start: starts[end] as number, end });
    }
    return pieces.reverse();
  }

  /** The pieces with unknown ones beside each other as one. */
  #fused(pieces: readonly Piece[]): Piece[] {
    const fused: Piece[] = [];
    for (const piece of pieces) {
      const last = fused.at(-1);
      if (last !== undefined && piece.id === this.#unknownId && last.id === piece.id) last.end = piece.end;
      else fused.push(piece);
    }
    return fused;
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
