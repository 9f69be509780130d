import type { Piece, PieceModel } from '../piece_model.js';
import { MinHeap } from './min_heap.js';
import { ModelSettings, wrongSetting, type ModelJson } from './settings.js';
import { byteIds, MOST_TOKENS, readVocabulary, unknownId, type Vocabulary } from './vocabulary.js';

/** A piece of a word that is still being put together, and its neighbours by their index; −1 is none. */
interface Part extends Piece {
  previous: number;
  next: number;
}

/** The id of a part that was merged into the one before it. */
const GONE = -1;

/** A place in a word stays below this, so that a merge's rank and its place are one exact number. */
const MOST_PLACES = 2 ** 28;

const pairKey = (left: number, right: number) => left * MOST_TOKENS + right;

interface Merges {
  /** The rank of the merge of two tokens, by `pairKey`. */
  ranks: ReadonlyMap<number, number>;
  /** What the merge of each rank makes. */
  products: readonly number[];
}

/** A merge as a pair, or as a string with a space between. */
function readPair(merge: unknown): [left: string, right: string] {
  const pair = typeof merge === 'string' ? merge.split(' ') : merge;
  const isPair = Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string');
  if (!isPair) throw wrongSetting('merges', 'pairs of tokens', merge);
  return pair as [string, string];
}

/** Gives a number to what merges name but the vocabulary lacks. */
export type NumberMissing = (token: string) => number;

const refuseMissing: NumberMissing = (token) => {
  throw wrongSetting('merges', 'of tokens of the vocabulary', token);
};

/** The merges, of which the first comes first; a prefix of parts inside a word falls away where they are merged. */
function readMerges(
  list: unknown,
  vocabulary: Vocabulary,
  prefix: string,
  numberMissing: NumberMissing,
): Merges {
  if (!Array.isArray(list)) throw wrongSetting('merges', 'a list', list);
  const ranks = new Map<number, number>();
  const products: number[] = [];
  const idOf = (token: string) => vocabulary.get(token) ?? numberMissing(token);
  for (const merge of list as unknown[]) {
    // Files begin their list with a line that says its version.
    if (typeof merge === 'string' && merge.startsWith('#version')) continue;
    const [left, right] = readPair(merge);
    ranks.set(pairKey(idOf(left), idOf(right)), products.length);
    products.push(idOf(left + right.slice(prefix.length)));
  }
  return { ranks, products };
}

/**
 * Byte-pair encoding (Sennrich et al. 2016) as the Rust library has it: a word begins as its characters, and the two
 * neighbours whose merge comes first are merged until there are none, the leftmost first.
 */
export class Bpe implements PieceModel {
  readonly #vocabulary: Vocabulary;
  readonly #merges: Merges;
  readonly #unknown: string | undefined;
  readonly #prefix: string;
  readonly #suffix: string;
  readonly #fusesUnknown: boolean;
  readonly #hasBytes: boolean;
  readonly #takesWholeWords: boolean;

  /** @param numberMissing what is to become of merges of other strings than tokens; without it they are refused */
  constructor(json: ModelJson, numberMissing = refuseMissing) {
    const settings = new ModelSettings(json);
    settings.requireKnown([
      ...['vocab', 'merges', 'dropout', 'unk_token', 'continuing_subword_prefix', 'end_of_word_suffix'],
      ...['fuse_unk', 'byte_fallback', 'ignore_merges'],
    ]);
    const dropout = json.dropout ?? 0;
    if (dropout !== 0) throw wrongSetting('dropout', 'null or 0', dropout);
    this.#unknown = settings.text('unk_token');
    this.#prefix = settings.text('continuing_subword_prefix', '');
    this.#suffix = settings.text('end_of_word_suffix', '');
    this.#fusesUnknown = settings.flag('fuse_unk');
    this.#hasBytes = settings.flag('byte_fallback');
    this.#takesWholeWords = settings.flag('ignore_merges');
    this.#vocabulary = readVocabulary(json.vocab);
    this.#merges = readMerges(json.merges, this.#vocabulary, this.#prefix, numberMissing);
  }

  pieces(word: string): Piece[] {
    if (word === '') return [];
    const whole = this.#takesWholeWords ? this.#vocabulary.get(word) : undefined;
    if (whole !== undefined) return [{ id: whole, start: 0, end: word.length }];
    if (word.length >= MOST_PLACES) throw wrongSetting('words', `shorter than ${MOST_PLACES}`, word.length);
    const parts = this.#characters(word);
    this.#merge(parts);
    const pieces: Piece[] = [];
    for (const { id, start, end } of parts) if (id !== GONE) pieces.push({ id, start, end });
    return pieces;
  }

  /**
   * The characters of a word as tokens. What the vocabulary lacks becomes its bytes, or unknown. An unknown one waits
   * for the next token that isn't a byte, since those beside it may join it.
   */
  #characters(word: string): Part[] {
    const parts: Part[] = [];
    const add = (id: number, start: number, end: number) => {
      const at = parts.length;
      parts.push({ id, start, end, previous: at - 1, next: at + 1 });
    };
    let unknown: Piece | undefined;
    const settle = () => {
      if (unknown !== undefined) add(unknown.id, unknown.start, unknown.end);
      unknown = undefined;
    };
    for (let start = 0, end; start < word.length; start = end) {
      const character = String.fromCodePoint(word.codePointAt(start) as number);
      end = start + character.length;
      const spelling =
        (start > 0 ? this.#prefix : '') + character + (end === word.length ? this.#suffix : '');
      const id = this.#vocabulary.get(spelling);
      if (id !== undefined) {
        settle();
        add(id, start, end);
        continue;
      }
      const bytes = this.#hasBytes ? byteIds(this.#vocabulary, spelling) : undefined;
      if (bytes !== undefined) {
        for (const byte of bytes) add(byte, start, end);
      } else if (this.#unknown !== undefined) {
        if (unknown !== undefined && this.#fusesUnknown) {
          unknown.end = end;
        } else {
          settle();
          unknown = { id: unknownId(this.#vocabulary, this.#unknown), start, end };
        }
      }
    }
    settle();
    return parts;
  }

  #merge(parts: Part[]): void {
    const { ranks, products } = this.#merges;
    const waiting = new MinHeap();
    const add = (at: number) => {
      const part = parts[at];
      const next = part === undefined ? undefined : parts[part.next];
      if (part === undefined || next === undefined) return;
      const rank = ranks.get(pairKey(part.id, next.id));
      if (rank !== undefined) waiting.push(rank * MOST_PLACES + at);
    };
    parts.forEach((_, at) => add(at));
    for (let top = waiting.pop(); top !== undefined; top = waiting.pop()) {
      const at = top % MOST_PLACES;
      const product = products[(top - at) / MOST_PLACES] as number;
      const part = parts[at] as Part;
      const next = parts[part.next];
      if (part.id === GONE || next === undefined) continue;
      // A neighbour may have changed since the merge was found; another that makes the same will do.
      const rank = ranks.get(pairKey(part.id, next.id));
      if (rank === undefined || products[rank] !== product) continue;
      part.id = product;
      part.end = next.end;
      next.id = GONE;
      part.next = next.next;
      const following = parts[part.next];
      if (following !== undefined) following.previous = at;
      add(part.previous);
      add(at);
    }
  }
}
