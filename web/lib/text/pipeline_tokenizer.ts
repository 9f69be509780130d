import { AddedTokens, type Stretch } from './added_tokens.js';
import { decodeBytes, type SpeltToken } from './decode_bytes.js';
import { readDecoder, type Decoder } from './decoders.js';
import { createPieceModel } from './models/create_piece_model.js';
import { createNormalizer } from './normalizers/create_normalizer.js';
import type { PieceModel } from './piece_model.js';
import { PlacedText } from './placed_text.js';
import { createPostProcessor, type FoundToken, type Names, type PostProcessor } from './post_processors.js';
import { createPreTokenizer } from './pre_tokenizers/create_pre_tokenizer.js';
import type { PreTokenizer } from './pre_tokenizers/split.js';
import type { Token } from './token.js';
import { joinTexts, type TextOrPair, type Tokenizer } from './tokenizer.js';
import { Spellings, type TokenizerJson } from './tokenizer_json.js';

/** Where there is no post-processor: texts as they are, one behind the other. */
const NOTHING_ADDED: PostProcessor = { added: () => 0, process: (lists) => lists };

/** Normalisers that work on each word by itself. */
const OF_WORDS: readonly unknown[] = [undefined, 'BertNormalizer', 'Lowercase', 'NFC', 'NFD', 'StripAccents'];

/** Pre-tokenizers that cut at every space, and drop it. */
const AT_SPACES: readonly unknown[] = ['BertPreTokenizer', 'Whitespace', 'WhitespaceSplit'];

/** How many UTF-16 units are normalised at a time where words don't matter to each other. */
const BLOCK = 1024;

/** A text in blocks that begin with the space between two words of ASCII. */
function* blocksOf(text: PlacedText): Generator<PlacedText> {
  const between = /(?<=[0-9A-Za-z]) (?=[0-9A-Za-z])/g;
  const { length } = text.text;
  let start = 0;
  while (length - start > 2 * BLOCK) {
    between.lastIndex = start + BLOCK;
    const found = between.exec(text.text);
    if (found === null) break;
    yield text.slice(start, found.index);
    start = found.index;
  }
  if (start < length) yield text.slice(start, length);
}

const whole = (text: PlacedText) => [text];

/** How many tokens of two texts stay, the longer cut first, as the Rust library counts. */
function roomOfEach(first: number, second: number, room: number): [first: number, second: number] {
  if (first + second <= room) return [first, second];
  const [short, long] = [Math.min(first, second), Math.max(first, second)];
  const fits = short <= room ? Math.max(short, room - short) : long;
  const half = Math.floor(room / 2);
  const [ofShort, ofLong] = short + fits > room ? [half, room - half] : [short, fits];
  return first > second ? [ofLong, ofShort] : [ofShort, ofLong];
}

/**
 * The tokenizer of a tokenizer.json, as the Rust library has it: added tokens are found in the text, what stands between
 * is normalised and cut into words, a model cuts words into pieces, and a template puts tokens around them.
 */
export class PipelineTokenizer implements Tokenizer {
  readonly #added: AddedTokens;
  readonly #words: PreTokenizer;
  readonly #model: PieceModel;
  readonly #around: PostProcessor;
  readonly #decoder: Decoder;
  readonly #spellings: Spellings;
  readonly #hasBlocks: boolean;

  /** @throws AttentionError `file-format` naming a part or a setting that isn't supported */
  constructor(json: TokenizerJson) {
    const normalizer = createNormalizer(json.normalizer);
    this.#spellings = new Spellings(json);
    this.#words = createPreTokenizer(json.pre_tokenizer);
    this.#model = createPieceModel(json.model);
    this.#added = new AddedTokens(json, this.#spellings, normalizer);
    // Unigram alone calls an unknown word what it is.
    const unigramUnknown = json.model?.unk_id;
    const names: Names = {
      idOf: (name) => this.#added.idOf(name) ?? this.#spellings.idOf(name),
      spellingOf: ({ id, spelling, isPiece }) => {
        const isAsWritten =
          isPiece !== true || id === unigramUnknown || this.#spellings.idOf(spelling) === id;
        return isAsWritten ? spelling : this.#spellings.of(id);
      },
    };
    this.#around = json.post_processor ? createPostProcessor(json.post_processor, names) : NOTHING_ADDED;
    this.#decoder = readDecoder(json);
    this.#hasBlocks =
      this.#added.areAllAsWritten &&
      OF_WORDS.includes(json.normalizer?.type) &&
      AT_SPACES.includes(json.pre_tokenizer?.type);
  }

  encode(text: TextOrPair, maxTokens: number): { tokens: Token[]; truncated: boolean } {
    const texts = typeof text === 'string' ? [text] : text;
    const room = Math.max(0, maxTokens - this.#around.added(texts.length));
    const [first, second] = texts as [string, string?];
    const lists =
      second === undefined
        ? [this.#atMost(first, room + 1)]
        : [this.#atMost(first, Infinity), this.#atMost(second, Infinity, 1)];
    const counts = lists.map(({ length }) => length);
    const rooms = counts.length === 1 ? [room] : roomOfEach(counts[0] as number, counts[1] as number, room);
    const truncated = counts.some((count, i) => count > (rooms[i] as number));
    const kept = truncated ? lists.map((list, i) => list.slice(0, rooms[i])) : lists;
    const joined = joinTexts(text);
    const tokens: Token[] = [];
    for (const list of this.#around.process(kept, texts)) {
      for (const { id, spelling, start, end, type, text: of } of list) {
        const shift = of === 1 ? first.length + 1 : 0;
        const own = of === undefined ? spelling : joined.slice(start + shift, end + shift);
        const token: Token = { id, text: own, start: start + shift, end: end + shift };
        if (type !== 0) token.type = type;
        tokens.push(token);
      }
    }
    return { tokens, truncated };
  }

  decode(ids: readonly number[]): { text: string; tokens: Token[] } {
    const spelt = ids.map((id): SpeltToken => {
      const added = this.#added.tokenOf(id);
      if (added === undefined) return { id, before: '', spelling: this.#spellings.of(id) };
      const { content, isSpecial } = added;
      return isSpecial
        ? { id, name: content, before: '', spelling: '' }
        : { id, before: '', spelling: content };
    });
    this.#decoder(spelt.filter(({ name }) => name === undefined));
    return decodeBytes(spelt);
  }

  /** The first tokens of a text, as many as asked for. */
  #atMost(text: string, count: number, of: 0 | 1 = 0): FoundToken[] {
    const tokens: FoundToken[] = [];
    const blocks = this.#hasBlocks ? blocksOf : whole;
    for (const stretch of this.#added.split(PlacedText.from(text), blocks)) {
      for (const token of this.#tokensOf(stretch, of)) {
        tokens.push(token);
        if (tokens.length === count) return tokens;
      }
    }
    return tokens;
  }

  *#tokensOf({ text, id }: Stretch, of: 0 | 1): Generator<FoundToken> {
    if (id !== undefined) {
      const { length } = text.text;
      yield {
        id,
        spelling: text.text,
        start: text.startOf(0),
        end: text.endBefore(length),
        type: of,
        text: of,
      };
      return;
    }
    for (const word of this.#words(text)) {
      for (const { id: own, start, end } of this.#model.pieces(word.text)) {
        const spelling = word.text.slice(start, end);
        yield {
          id: own,
          spelling,
          start: word.startOf(start),
          end: word.endBefore(end),
          type: of,
          text: of,
          isPiece: true,
        };
      }
    }
  }
}
