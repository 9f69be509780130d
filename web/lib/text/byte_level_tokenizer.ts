import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';

import { BYTE_CHARACTERS, bytesOfToken } from './byte_characters.js';
import { composedText, plainText, type PlacedText } from './composed_text.js';
import { decodeBytes } from './decode_bytes.js';
import { createPreTokenizer } from './pre_tokenizer.js';
import { SpecialTokens } from './special_tokens.js';
import type { Token } from './token.js';
import type { Pieces, TextOrPair, Tokenizer } from './tokenizer.js';
import {
  readSpellings,
  unsupportedTokenizer,
  type TokenizerJson,
  type TokenizerPart,
} from './tokenizer_json.js';

const ENCODER = new TextEncoder();

/** How a vocabulary writes a space. */
const SPACE = BYTE_CHARACTERS[0x20] as string;

/** How the places of tokens leave out the spaces at their ends; undefined where they don't. */
interface Trimming {
  /** The first token of a text keeps a single one before it. */
  keepsFirstSpace: boolean;
}

function readTrimming(processor: TokenizerPart | null | undefined): Trimming | undefined {
  if (processor?.type === 'Sequence') {
    return (processor.processors as TokenizerPart[]).map(readTrimming).find((trimming) => trimming);
  }
  const canTrim = processor?.type === 'ByteLevel' || processor?.type === 'RobertaProcessing';
  if (!canTrim || processor.trim_offsets === false) return undefined;
  return { keepsFirstSpace: processor.add_prefix_space !== false };
}

/** The place of a token without the spaces at its ends, as the Rust library counts them. */
function trimmed(
  token: string,
  start: number,
  end: number,
  { keepsFirstSpace }: Trimming,
): [start: number, end: number] {
  const inside = new RegExp(`^(${SPACE}*)(.*?)(${SPACE}*)$`, 'u').exec(token);
  const leading = inside?.[1]?.length ?? 0;
  const trailing = leading === token.length ? leading : (inside?.[3]?.length ?? 0);
  const kept = keepsFirstSpace && start === 0 && leading === 1 ? 1 : 0;
  const first = Math.min(start + leading - kept, end);
  return [first, Math.max(end - trailing, first)];
}

/**
 * Byte-level BPE (Radford et al. 2019), as GPT-2, Llama 3, Qwen and SmolLM have it. The merges of each word are the
 * library's; words and the places of their bytes are found here, since the library doesn't tell them.
 */
export class ByteLevelTokenizer implements Tokenizer {
  readonly #library: LibraryTokenizer;
  readonly #cut: ReturnType<typeof createPreTokenizer>;
  readonly #special: SpecialTokens;
  readonly #isComposed: boolean;
  readonly #trimming: Trimming | undefined;
  readonly #spellings: ReadonlyMap<number, string>;
  readonly #known = new Map<string, Pieces>();

  constructor(json: TokenizerJson) {
    const normalizer = json.normalizer?.type;
    if (normalizer !== undefined && normalizer !== 'NFC') {
      throw unsupportedTokenizer('the normaliser', 'none or "NFC"', normalizer);
    }
    this.#isComposed = normalizer === 'NFC';
    this.#trimming = readTrimming(json.post_processor);
    this.#cut = createPreTokenizer(json.pre_tokenizer);
    this.#special = new SpecialTokens(json);
    this.#spellings = readSpellings(json);
    const pieces = {
      model: json.model,
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder: null,
      added_tokens: [],
    };
    this.#library = new LibraryTokenizer(pieces as never, {});
  }

  encode(text: TextOrPair, maxTokens: number): { tokens: Token[]; truncated: boolean } {
    if (typeof text !== 'string') throw unsupportedTokenizer('the text', 'one', text);
    return this.#special.encode(text, maxTokens, (start, end) => this.#between(text, start, end));
  }

  decode(ids: readonly number[]): { text: string; tokens: Token[] } {
    return decodeBytes(
      ids.map((id) => {
        const name = this.#special.nameOf(id);
        const bytes = name === undefined ? bytesOfToken(this.#spellings.get(id) ?? '') : undefined;
        return { id, name, bytes: bytes ?? new Uint8Array(0) };
      }),
    );
  }

  *#between(text: string, start: number, end: number): Generator<Token> {
    const placed = (this.#isComposed ? composedText : plainText)(text, start, end);
    for (const [first, last] of this.#cut(placed.text, 0, placed.text.length)) {
      yield* this.#place(text, placed, first, last);
    }
  }

  /** The tokens of a word. One that holds a part of a character's bytes has the place of the whole character. */
  *#place(text: string, placed: PlacedText, start: number, end: number): Generator<Token> {
    // For each byte, where its character begins and ends.
    const places: [start: number, end: number][] = [];
    let spelling = '';
    for (let at = start, next; at < end; at = next) {
      const character = String.fromCodePoint(placed.text.codePointAt(at) as number);
      next = at + character.length;
      for (const byte of ENCODER.encode(character)) {
        spelling += BYTE_CHARACTERS[byte];
        places.push(placed.place(at, next));
      }
    }
    const { ids, tokens } = this.#pieces(spelling);
    let first = 0;
    for (const [i, token] of tokens.entries()) {
      const last = first + token.length;
      let [from] = places[first] as [number, number];
      let [, to] = places[last - 1] as [number, number];
      if (this.#trimming !== undefined) [from, to] = trimmed(token, from, to, this.#trimming);
      yield { id: ids[i] as number, text: text.slice(from, to), start: from, end: to };
      first = last;
    }
  }

  #pieces(spelling: string): Pieces {
    let pieces = this.#known.get(spelling);
    if (pieces === undefined) {
      pieces = this.#library.encode(spelling, { add_special_tokens: false }) as Pieces;
      this.#known.set(spelling, pieces);
    }
    return pieces;
  }
}
