import { bytesOfToken } from '../byte_characters.js';
import { Bpe } from '../models/bpe.js';
import { ByteLevelModel } from '../models/byte_level_model.js';
import { KnownWords } from '../models/known_words.js';
import { byteIds } from '../models/vocabulary.js';
import type { Piece, PieceModel } from '../piece_model.js';
import { createWordCut } from './cut_words.js';
import { SPACE, spellSentencePiece, type Cutter, type Spelling } from './cutter.js';
import type { GgufVocabulary } from './gguf_vocabulary.js';
import type { PreTokenizer } from './pre_tokenizers.js';
import { unsupportedKey, type TokenizerMetadata } from './tokenizer_metadata.js';

/** The two parts of a merge: a space stands between them, and the first has at least one unit, maybe a space. */
function pairOf(merge: string): [left: string, right: string] | undefined {
  const space = merge.indexOf(' ', 1);
  return space === -1 ? undefined : [merge.slice(0, space), merge.slice(space + 1)];
}

/** Byte-pair encoding as GGUFs have it, over bytes (Radford et al. 2019) or over SentencePiece's characters. */
export class BytePairCutter implements Cutter {
  readonly #vocabulary: GgufVocabulary;
  /** What merges make on the way but is no token, by numbers behind the last token's. */
  readonly #extra = new Map<number, string>();
  readonly #pre: PreTokenizer;
  readonly #words: (text: string) => Iterable<string>;
  readonly #model: PieceModel;

  constructor(metadata: TokenizerMetadata, vocabulary: GgufVocabulary, pre: PreTokenizer) {
    const merges = metadata.texts('merges');
    if (merges === undefined) throw unsupportedKey('merges', 'a list of strings', merges);
    const pairs = merges.flatMap((merge) => {
      const pair = pairOf(merge);
      return pair === undefined ? [] : [pair];
    });
    this.#vocabulary = vocabulary;
    this.#pre = pre;
    this.#words = createWordCut(pre.cuts);
    const ids = new Map(vocabulary.ids);
    const model = new Bpe(
      {
        vocab: ids,
        merges: pairs,
        ignore_merges: pre.ignoresMerges === true,
        byte_fallback: pre.isSentencePiece === true,
      },
      (spelling) => {
        const id = vocabulary.tokens.length + this.#extra.size;
        ids.set(spelling, id);
        this.#extra.set(id, spelling);
        return id;
      },
    );
    this.#model = new KnownWords(pre.isSentencePiece === true ? model : new ByteLevelModel(model));
  }

  *cut(text: string, start: number, end: number): Generator<Piece> {
    const own = text.slice(start, end);
    let at = start;
    for (const word of this.#words(this.#pre.isSentencePiece === true ? own.replaceAll(' ', SPACE) : own)) {
      for (const piece of this.#piecesOf(word)) {
        const place = { start: at + piece.start, end: at + piece.end };
        const extra = this.#extra.get(piece.id);
        if (extra === undefined) yield { id: piece.id, ...place };
        else for (const id of this.#singleIds(extra)) yield { id, ...place };
      }
      at += word.length;
    }
  }

  spell(token: string): Spelling {
    if (this.#pre.isSentencePiece === true) return spellSentencePiece(token);
    return { before: '', bytes: bytesOfToken(token) ?? new Uint8Array(0) };
  }

  #piecesOf(word: string): readonly Piece[] {
    const { ids } = this.#vocabulary;
    const lines = this.#pre.joinsLines === true && /^\n+$/.test(word) ? ids.get(word) : undefined;
    return lines === undefined ? this.#model.pieces(word) : [{ id: lines, start: 0, end: word.length }];
  }

  /** The tokens that a spelling which is none comes down to: of its bytes, or of its characters of one byte. */
  #singleIds(spelling: string): number[] {
    const { ids } = this.#vocabulary;
    if (this.#pre.isSentencePiece === true) return byteIds(ids, spelling) ?? [];
    return [...spelling].flatMap((character) => {
      const id = character < '\x80' ? ids.get(character) : undefined;
      return id === undefined ? [] : [id];
    });
  }
}
