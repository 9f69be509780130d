import { WordPiece } from '../models/word_piece.js';
import { KnownWords } from '../models/known_words.js';
import type { Piece, PieceModel } from '../piece_model.js';
import { SPACE, type Cutter, type Spelling } from './cutter.js';
import type { GgufVocabulary } from './gguf_vocabulary.js';
import type { TokenizerMetadata } from './tokenizer_metadata.js';

const ENCODER = new TextEncoder();

const WHITESPACE = /^\p{White_Space}$/u;
const DROPPED = /^[\0\ufffd\p{Cc}\p{Cf}\p{Co}\p{Cs}]$/u;
const MARK = /^\p{M}$/u;
/** Punctuation, ASCII's symbols, and the blocks of Chinese characters that BERT sets apart (Devlin et al. 2019). */
const APART =
  /^[\p{P}$+<=>^`|~\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]$/u;

/** A word as the vocabulary spells it, and where each of its units comes from. */
interface Word {
  spelling: string;
  starts: number[];
  ends: number[];
}

/** A character without what goes with it, or in another case: the first of what it becomes. */
function firstOf(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) as number);
}

/**
 * BERT's words and WordPiece as llama.cpp has them: a character with marks counts as the first of its parts, and a
 * vocabulary spells the beginning of a word with ▁ before it.
 */
export class WordPieceCutter implements Cutter {
  readonly #isLowercase: boolean;
  readonly #stripsAccents: boolean;
  readonly #model: PieceModel;

  constructor(metadata: TokenizerMetadata, vocabulary: GgufVocabulary) {
    this.#isLowercase = metadata.flag('normalizer.lowercase', true);
    this.#stripsAccents = metadata.flag('normalizer.strip_accents', this.#isLowercase);
    const unknown = vocabulary.requireIdOf('unknown');
    this.#model = new KnownWords(
      new WordPiece({
        vocab: vocabulary.ids,
        unk_token: vocabulary.tokens[unknown],
        continuing_subword_prefix: '',
        max_input_chars_per_word: Number.MAX_SAFE_INTEGER,
      }),
    );
  }

  *cut(text: string, start: number, end: number): Generator<Piece> {
    for (const { spelling, starts, ends } of this.#words(text, start, end)) {
      for (const piece of this.#model.pieces(SPACE + spelling)) {
        // The units of the word behind its mark.
        const first = Math.max(0, piece.start - 1);
        const last = Math.max(0, piece.end - 2);
        yield { id: piece.id, start: starts[first] as number, end: ends[last] as number };
      }
    }
  }

  spell(token: string): Spelling {
    const isBeginning = token.startsWith(SPACE);
    return {
      before: isBeginning ? ' ' : '',
      bytes: ENCODER.encode(isBeginning ? token.slice(SPACE.length) : token),
    };
  }

  *#words(text: string, start: number, end: number): Generator<Word> {
    let word: Word = { spelling: '', starts: [], ends: [] };
    const take = () => {
      const taken = word;
      word = { spelling: '', starts: [], ends: [] };
      return taken;
    };
    const add = (character: string, from: number, to: number) => {
      word.spelling += character;
      for (let unit = 0; unit < character.length; ++unit) {
        word.starts.push(from);
        word.ends.push(to);
      }
    };
    for (let at = start, next; at < end; at = next) {
      const whole = String.fromCodePoint(text.codePointAt(at) as number);
      next = at + whole.length;
      const plain = this.#stripsAccents ? firstOf(whole.normalize('NFD')) : whole;
      if (WHITESPACE.test(plain)) {
        if (word.spelling !== '') yield take();
        continue;
      }
      if (DROPPED.test(plain) || (this.#stripsAccents && MARK.test(plain))) continue;
      const character = this.#isLowercase ? firstOf(plain.toLowerCase()) : plain;
      const isApart = APART.test(plain);
      if (isApart && word.spelling !== '') yield take();
      add(character, at, next);
      if (isApart) yield take();
    }
    if (word.spelling !== '') yield take();
  }
}
