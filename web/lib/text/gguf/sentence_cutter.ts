import { KnownWords } from '../models/known_words.js';
import { ScoredMerges } from '../models/scored_merges.js';
import { byteIds } from '../models/vocabulary.js';
import type { Piece, PieceModel } from '../piece_model.js';
import { SPACE, spellSentencePiece, type Cutter, type Spelling } from './cutter.js';
import type { GgufVocabulary } from './gguf_vocabulary.js';
import type { TokenizerMetadata } from './tokenizer_metadata.js';

/** Where a word begins: before the spaces that follow what is none. */
const WORD_STARTS = /(?<=[^▁])(?=▁)/u;

/** SentencePiece's byte-pair encoding with a token for each byte, as Llama 2, Mistral 7B and Gemma have it. */
export class SentenceCutter implements Cutter {
  readonly #hasPrefix: boolean;
  readonly #cutsWords: boolean;
  readonly #model: PieceModel;

  constructor(metadata: TokenizerMetadata, vocabulary: GgufVocabulary) {
    this.#hasPrefix = metadata.flag('add_space_prefix', true);
    // Where no token goes on behind the spaces after a word, words don't touch each other.
    this.#cutsWords = !vocabulary.tokens.some((token) => WORD_STARTS.test(token));
    const spellUnknown = (character: string) =>
      byteIds(vocabulary.ids, character) ?? [vocabulary.requireIdOf('unknown')];
    this.#model = new KnownWords(new ScoredMerges(vocabulary.ids, vocabulary.scores(), spellUnknown));
  }

  *cut(text: string, start: number, end: number): Generator<Piece> {
    const prefix = this.#hasPrefix ? SPACE : '';
    const whole = prefix + text.slice(start, end).replaceAll(' ', SPACE);
    const firstEnd = start + ((text.codePointAt(start) as number) > 0xffff ? 2 : 1);
    const shift = start - prefix.length;
    let at = 0;
    for (const word of this.#cutsWords ? whole.split(WORD_STARTS) : [whole]) {
      for (const piece of this.#model.pieces(word)) {
        const place = { start: shift + at + piece.start, end: shift + at + piece.end };
        // The space that is put before a text has the place of what it is put before.
        if (place.start < start) place.start = start;
        if (place.end <= start) place.end = firstEnd;
        yield { id: piece.id, ...place };
      }
      at += word.length;
    }
  }

  spell(token: string): Spelling {
    return spellSentencePiece(token);
  }
}
