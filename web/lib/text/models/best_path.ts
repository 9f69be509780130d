import type { Piece } from '../piece_model.js';
import type { Trie } from './trie.js';

/** What the tokens of a unigram language model score. */
export interface UnigramScores {
  /** The tokens that a text may be cut into, with their numbers. */
  trie: Trie;
  scores: readonly number[];
  /** What stands for a character that no token is; without it such a character is an error of the caller's. */
  unknown: { id: number; score: number } | undefined;
}

/**
 * Of all ways to cut a text into tokens that of the highest sum of scores (Kudo 2018), found by Viterbi: at each place
 * the best way up to it. Unknown characters stay apart.
 *
 * @returns the pieces; the place of a character that can't be cut where there is nothing for unknown ones
 */
export function bestPath(text: string, { trie, scores, unknown }: UnigramScores): Piece[] | number {
  // For each place: the best sum of scores up to there, and the last token of that way.
  const sums = new Float64Array(text.length + 1).fill(-Infinity);
  const ids = new Int32Array(text.length + 1);
  const starts = new Int32Array(text.length + 1).fill(-1);
  sums[0] = 0;
  let start = 0;
  let next = 0;
  let isKnown = false;
  const offer = (id: number, end: number, score: number) => {
    const sum = (sums[start] as number) + score;
    if (starts[end] !== -1 && !(sum > (sums[end] as number))) return;
    sums[end] = sum;
    ids[end] = id;
    starts[end] = start;
  };
  const offerToken = (id: number, end: number) => {
    if (end === next) isKnown = true;
    offer(id, end, scores[id] as number);
  };
  for (; start < text.length; start = next) {
    next = start + ((text.codePointAt(start) as number) > 0xffff ? 2 : 1);
    isKnown = false;
    trie.forEachFrom(text, start, offerToken);
    if (isKnown) continue;
    if (unknown === undefined) return start;
    offer(unknown.id, next, unknown.score);
  }
  const pieces: Piece[] = [];
  for (let end = text.length; end > 0; end = starts[end] as number) {
    pieces.push({ id: ids[end] as number, start: starts[end] as number, end });
  }
  return pieces.reverse();
}

/** The pieces with those of an id beside each other as one. */
export function fused(pieces: readonly Piece[], id: number | undefined): Piece[] {
  const made: Piece[] = [];
  for (const piece of pieces) {
    const last = made.at(-1);
    if (last !== undefined && piece.id === id && last.id === id) last.end = piece.end;
    else made.push({ ...piece });
  }
  return made;
}
