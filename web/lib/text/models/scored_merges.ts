import type { Piece, PieceModel } from '../piece_model.js';
import { MinHeap } from './min_heap.js';
import type { Vocabulary } from './vocabulary.js';

/** A place in a word stays below this, so that a rank and a place are one exact number. */
const MOST_PLACES = 2 ** 28;

/** For each token how many scores are higher than its own. */
function ranksOf(scores: readonly number[]): Int32Array {
  const order = Int32Array.from(scores, (_, id) => id).sort(
    (a, b) => (scores[b] as number) - (scores[a] as number),
  );
  const ranks = new Int32Array(scores.length);
  let rank = 0;
  order.forEach((id, i) => {
    if (i > 0 && scores[id] !== scores[order[i - 1] as number]) rank = i;
    ranks[id] = rank;
  });
  return ranks;
}

/**
 * SentencePiece's byte-pair encoding (Kudo & Richardson 2018), whose merges follow from scores: of two neighbours
 * that are a token together those of the highest score are merged, the leftmost first. What is no token in the end
 * becomes what `spellUnknown` says.
 */
export class ScoredMerges implements PieceModel {
  readonly #vocabulary: Vocabulary;
  readonly #ranks: Int32Array;
  readonly #spellUnknown: (character: string) => readonly number[];

  constructor(
    vocabulary: Vocabulary,
    scores: readonly number[],
    spellUnknown: (character: string) => readonly number[],
  ) {
    this.#vocabulary = vocabulary;
    this.#ranks = ranksOf(scores);
    this.#spellUnknown = spellUnknown;
  }

  pieces(word: string): Piece[] {
    const ends = this.#merge(word);
    const pieces: Piece[] = [];
    for (let start = 0, end; start < word.length; start = end) {
      end = ends[start] as number;
      const spelling = word.slice(start, end);
      const id = this.#vocabulary.get(spelling);
      const ids = id === undefined ? this.#spellUnknown(spelling) : [id];
      for (const own of ids) pieces.push({ id: own, start, end });
    }
    return pieces;
  }

  /** For each place where a part begins, where it ends. */
  #merge(word: string): Int32Array {
    const ends = new Int32Array(word.length).fill(-1);
    // Where the part before begins.
    const previous = new Int32Array(word.length + 1).fill(-1);
    const waiting = new MinHeap();
    const rankAt = (start: number) => {
      const middle = ends[start] as number;
      if (middle >= word.length) return undefined;
      const id = this.#vocabulary.get(word.slice(start, ends[middle]));
      return id === undefined ? undefined : this.#ranks[id];
    };
    const add = (start: number) => {
      const rank = rankAt(start);
      if (rank !== undefined) waiting.push(rank * MOST_PLACES + start);
    };
    for (let start = 0, end; start < word.length; start = end) {
      end = start + ((word.codePointAt(start) as number) > 0xffff ? 2 : 1);
      ends[start] = end;
      previous[end] = start;
    }
    for (let start = 0; start < word.length; start = ends[start] as number) add(start);
    for (let top = waiting.pop(); top !== undefined; top = waiting.pop()) {
      const start = top % MOST_PLACES;
      // A part that was merged into the one before it, or whose neighbour has changed since.
      if (ends[start] === -1 || rankAt(start) !== (top - start) / MOST_PLACES) continue;
      const middle = ends[start] as number;
      const end = ends[middle] as number;
      ends[start] = end;
      ends[middle] = -1;
      previous[end] = start;
      const before = previous[start] as number;
      if (before !== -1) add(before);
      add(start);
    }
    return ends;
  }
}
