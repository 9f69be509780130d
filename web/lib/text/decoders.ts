import { bytesOfToken } from './byte_characters.js';
import { PartSettings } from './part_settings.js';
import type { SpeltToken } from './decode_bytes.js';
import type { TokenizerJson, TokenizerPart } from './tokenizer_json.js';

/** What becomes of the spellings of tokens on their way to a text; special tokens aren't among them. */
export type Decoder = (tokens: SpeltToken[]) => void;

const each =
  (change: (token: SpeltToken, i: number, all: readonly SpeltToken[]) => void): Decoder =>
  (tokens) => {
    tokens.forEach(change);
  };

/** SentencePiece's spaces; the one at the beginning of a text stays, since what is decoded may go on with another. */
const toSpaces = (space: string): Decoder =>
  each((token) => {
    token.spelling = token.spelling.replaceAll(space, ' ');
  });

const BYTE = /^<0x([0-9A-Fa-f]{2})>$/;

const byteFallback: Decoder = each((token) => {
  const byte = BYTE.exec(token.spelling)?.[1];
  if (byte !== undefined) token.bytes = Uint8Array.of(Number.parseInt(byte, 16));
});

const byteLevel: Decoder = each((token) => {
  token.bytes = bytesOfToken(token.spelling);
});

/** Words apart, and their later pieces without what marks them. */
const wordPiece = (prefix: string): Decoder =>
  each((token, i) => {
    if (i > 0 && token.spelling.startsWith(prefix)) token.spelling = token.spelling.slice(prefix.length);
    else if (i > 0) token.before = ' ';
  });

/** Original BPE, which marks the ends of words. */
const endsOfWords = (suffix: string): Decoder =>
  each((token, i, all) => {
    token.spelling = token.spelling.replaceAll(suffix, i === all.length - 1 ? '' : ' ');
  });

/** What speech models write: a token that comes again is one, a delimiter is a space. */
const speech =
  (pad: string, delimiter: string): Decoder =>
  (tokens) => {
    const written = tokens.map(({ spelling }) => spelling);
    tokens.forEach((token, i) => {
      token.spelling =
        written[i] === written[i - 1] ? '' : token.spelling.replaceAll(pad, '').replaceAll(delimiter, ' ');
    });
  };

/** Characters at the ends of tokens. */
function stripped(text: string, character: string, start: number, stop: number): string {
  const characters = [...text];
  let first = 0;
  let end = characters.length;
  while (first < Math.min(start, end) && characters[first] === character) ++first;
  while (end > Math.max(first, characters.length - stop) && characters[end - 1] === character) --end;
  return characters.slice(first, end).join('');
}

function replace(settings: PartSettings): Decoder {
  const find = settings.finder('pattern');
  const content = settings.text('content');
  return each((token) => {
    let made = '';
    let last = 0;
    for (const [start, end] of find(token.spelling)) {
      made += token.spelling.slice(last, start) + content;
      last = end;
    }
    token.spelling = made + token.spelling.slice(last);
  });
}

/** In a row, up to where all tokens become one: what comes then is about the ends of the whole text, which stay. */
function sequence(settings: PartSettings): Decoder {
  const parts = settings.list('decoders');
  const all = parts.map(createDecoder);
  const fuse = parts.findIndex(({ type }) => type === 'Fuse');
  const own = fuse === -1 ? all : all.slice(0, fuse);
  return (tokens) => {
    for (const decode of own) decode(tokens);
  };
}

/** The decoders of tokenizers 0.23, each with what reads its settings. */
const DECODERS: Readonly<Record<string, (settings: PartSettings) => Decoder>> = {
  BPEDecoder: (settings) => endsOfWords(settings.text('suffix', '</w>')),
  ByteFallback: () => byteFallback,
  ByteLevel: () => byteLevel,
  CTC: (settings) => speech(settings.text('pad_token', '<pad>'), settings.text('word_delimiter_token', '|')),
  Fuse: () => each(() => undefined),
  Metaspace: (settings) => toSpaces(settings.character('replacement', '▁')),
  Replace: replace,
  Sequence: sequence,
  Strip: (settings) => {
    const character = settings.character('content');
    const [start, stop] = [settings.count('start', 0, 0), settings.count('stop', 0, 0)];
    return each((token) => {
      token.spelling = stripped(token.spelling, character, start, stop);
    });
  },
  WordPiece: (settings) => wordPiece(settings.text('prefix', '##')),
};

function createDecoder(part: TokenizerPart): Decoder {
  const settings = new PartSettings('decoder', part);
  return settings.choose(DECODERS)(settings);
}

/** Whether a part is of a type, or a sequence in which one is. */
function has(part: TokenizerPart | null | undefined, type: string): boolean {
  const parts = part?.pretokenizers ?? part?.normalizers;
  return (
    part?.type === type || (Array.isArray(parts) && (parts as TokenizerPart[]).some((own) => has(own, type)))
  );
}

/** What undoes the other parts, where a file, as a GGUF, names no decoder. */
function fittingDecoder({ model, normalizer, pre_tokenizer }: TokenizerJson): Decoder {
  if (has(pre_tokenizer, 'ByteLevel') || has(normalizer, 'ByteLevel')) return byteLevel;
  const isSentence =
    model?.byte_fallback === true || model?.type === 'Unigram' || has(pre_tokenizer, 'Metaspace');
  if (isSentence) {
    const spaces = toSpaces('▁');
    return (tokens) => {
      spaces(tokens);
      byteFallback(tokens);
    };
  }
  return wordPiece(String(model?.continuing_subword_prefix ?? '##'));
}

/**
 * The decoder of a tokenizer.json.
 *
 * @throws AttentionError `file-format` naming a part or a setting that isn't supported
 */
export function readDecoder(json: TokenizerJson): Decoder {
  const { decoder } = json;
  return decoder === null || decoder === undefined ? fittingDecoder(json) : createDecoder(decoder);
}
