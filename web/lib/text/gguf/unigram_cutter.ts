import { bestPath, fused, type UnigramScores } from '../models/best_path.js';
import { Trie } from '../models/trie.js';
import { UNKNOWN_PENALTY } from '../models/unigram.js';
import type { Piece } from '../piece_model.js';
import { PrecompiledMap } from '../precompiled_map.js';
import { SPACE, spellSentencePiece, type Cutter, type Spelling } from './cutter.js';
import { TokenType, type GgufVocabulary } from './gguf_vocabulary.js';
import type { TokenizerMetadata } from './tokenizer_metadata.js';

const ENCODER = new TextEncoder();

function readMap(metadata: TokenizerMetadata): PrecompiledMap | undefined {
  const bytes = metadata.numbers('precompiled_charsmap', 0);
  // Bytes are written as signed or unsigned ones.
  return bytes === undefined ? undefined : new PrecompiledMap(Uint8Array.from(bytes));
}

function readScores(vocabulary: GgufVocabulary, scores: readonly number[]): UnigramScores {
  const trie = new Trie();
  let least = Infinity;
  vocabulary.tokens.forEach((token, id) => {
    const isNormal = vocabulary.is(id, TokenType.NORMAL);
    if (isNormal) least = Math.min(least, scores[id] as number);
    if (isNormal || vocabulary.is(id, TokenType.USER_DEFINED, TokenType.UNUSED)) trie.set(token, id);
  });
  return {
    trie,
    scores: scores.map((score, id) => (vocabulary.is(id, TokenType.USER_DEFINED) ? 0 : score)),
    unknown: { id: vocabulary.requireIdOf('unknown'), score: Math.fround(least - UNKNOWN_PENALTY) },
  };
}

/** A text as the vocabulary spells it, and where each of its units comes from. */
class Normalized {
  text = '';
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  add(character: string, start: number, end: number): void {
    this.text += character;
    for (let unit = 0; unit < character.length; ++unit) {
      this.starts.push(start);
      this.ends.push(end);
    }
  }
}

/** SentencePiece's unigram language model (Kudo 2018) as T5, XLM-R and bge-m3 have it in GGUFs. */
export class UnigramCutter implements Cutter {
  readonly #map: PrecompiledMap | undefined;
  readonly #hasPrefix: boolean;
  readonly #joinsSpaces: boolean;
  readonly #scores: UnigramScores;
  readonly #unknownId: number;

  constructor(metadata: TokenizerMetadata, vocabulary: GgufVocabulary) {
    this.#map = readMap(metadata);
    this.#hasPrefix = metadata.flag('add_space_prefix', false);
    this.#joinsSpaces = metadata.flag('remove_extra_whitespaces', false);
    this.#scores = readScores(vocabulary, vocabulary.scores());
    this.#unknownId = vocabulary.requireIdOf('unknown');
  }

  *cut(text: string, start: number, end: number): Generator<Piece> {
    const { text: normalized, starts, ends } = this.#normalize(text, start, end);
    const path = bestPath(normalized, this.#scores);
    if (typeof path === 'number') return;
    for (const piece of fused(path, this.#unknownId)) {
      yield { id: piece.id, start: starts[piece.start] as number, end: ends[piece.end - 1] as number };
    }
  }

  spell(token: string): Spelling {
    return spellSentencePiece(token);
  }

  /** The text by the map, with a ▁ before it or before each word, and for each space. */
  #normalize(text: string, start: number, end: number): Normalized {
    const made = new Normalized();
    let isInWord = false;
    let isPrefixed = false;
    let space: [start: number, end: number] | undefined;
    for (const [by, from, to] of this.#replaced(text, start, end)) {
      for (const character of by) {
        if (character === ' ') {
          isInWord = false;
          space = [from, to];
          if (!this.#joinsSpaces) made.add(SPACE, from, to);
          continue;
        }
        if (!isInWord && ((this.#hasPrefix && !isPrefixed) || this.#joinsSpaces)) {
          made.add(SPACE, ...(space ?? ([from, to] as const)));
          isPrefixed = true;
        }
        isInWord = true;
        space = undefined;
        made.add(character, from, to);
      }
    }
    return made;
  }

  /** What the map makes of text[start, end), and where it comes from. */
  *#replaced(text: string, start: number, end: number): Generator<[by: string, from: number, to: number]> {
    const bytes = this.#map === undefined ? undefined : ENCODER.encode(text.slice(start, end));
    let at = 0;
    for (let from = start, to; from < end; from = to) {
      const found = bytes === undefined ? undefined : this.#map?.longestFrom(bytes, at);
      const until = at + (found?.length ?? 1);
      to = from;
      // Whole characters, at least one.
      do {
        const character = String.fromCodePoint(text.codePointAt(to) as number);
        to += character.length;
        at += ENCODER.encode(character).length;
      } while (at < until && to < end);
      yield [found?.by ?? text.slice(from, to), from, to];
    }
  }
}
