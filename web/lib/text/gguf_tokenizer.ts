import { AttentionError } from '../errors.js';
import type { GgufMetadata } from '../files/gguf.js';
import { decodeBytes, type SpeltToken } from './decode_bytes.js';
import { BytePairCutter } from './gguf/byte_pair_cutter.js';
import type { Cutter } from './gguf/cutter.js';
import { GgufVocabulary, TokenType, type DefaultIds } from './gguf/gguf_vocabulary.js';
import { NamedTokens, type Stripping } from './gguf/named_tokens.js';
import { PRE_TOKENIZERS, type PreTokenizer } from './gguf/pre_tokenizers.js';
import { SentenceCutter } from './gguf/sentence_cutter.js';
import { TokenizerMetadata, unsupportedKey } from './gguf/tokenizer_metadata.js';
import { UnigramCutter } from './gguf/unigram_cutter.js';
import { WordPieceCutter } from './gguf/word_piece_cutter.js';
import type { Token } from './token.js';
import { joinTexts, type TextOrPair, type Tokenizer } from './tokenizer.js';

/** How many tokens a text has around it: which, and what stands between two. */
interface Template {
  before: readonly number[];
  after: readonly number[];
  /** What stands between two texts; undefined where the model reads no two. */
  between: readonly number[] | undefined;
  /** The type of the second of two texts, and of what follows it. */
  secondType: number;
}

/** What tokenizer.ggml.model says a vocabulary is. */
interface Kind {
  /** The numbers of tokens where no key says them. */
  defaults: DefaultIds;
  create(metadata: TokenizerMetadata, vocabulary: GgufVocabulary, pre: PreTokenizer): Cutter;
  /** Whether the first and the last token are there where no key says so. */
  hasFirst: boolean;
  hasLast: boolean;
}

const BYTE_PAIRS: Kind = {
  defaults: { bos: 11, eos: 11 },
  create: (metadata, vocabulary, pre) => new BytePairCutter(metadata, vocabulary, pre),
  hasFirst: false,
  hasLast: false,
};

const WORD_PIECES: Kind = {
  defaults: { bos: 101, unknown: 100, seperator: 102, padding: 0, mask: 103 },
  create: (metadata, vocabulary) => new WordPieceCutter(metadata, vocabulary),
  hasFirst: true,
  hasLast: true,
};

const KINDS: Readonly<Record<string, Kind>> = {
  gpt2: BYTE_PAIRS,
  gemma4: { ...BYTE_PAIRS, defaults: {} },
  llama: {
    defaults: { bos: 1, eos: 2, unknown: 0 },
    create: (metadata, vocabulary) => new SentenceCutter(metadata, vocabulary),
    hasFirst: true,
    hasLast: false,
  },
  bert: WORD_PIECES,
  t5: {
    defaults: { eos: 1, unknown: 2, padding: 0 },
    create: (metadata, vocabulary) => new UnigramCutter(metadata, vocabulary),
    hasFirst: false,
    hasLast: true,
  },
};

/** The words of a byte-pair vocabulary; other kinds have their own. */
function readPre(metadata: TokenizerMetadata, model: string): PreTokenizer {
  if (KINDS[model]?.create !== BYTE_PAIRS.create) return { cuts: [] };
  const name = model === 'gemma4' ? model : (metadata.get('pre') ?? '');
  const pre = PRE_TOKENIZERS.get(name === '' ? 'default' : String(name));
  if (pre !== undefined) return pre;
  throw unsupportedKey('pre', `one of ${[...PRE_TOKENIZERS.keys()].join(', ')}`, name);
}

/** Which tokens take the spaces beside them; no key says it, so llama.cpp goes by names. */
function readStripping(metadata: TokenizerMetadata, vocabulary: GgufVocabulary): Stripping {
  const none = new Set<number>();
  const only = (name: string) => {
    const id = vocabulary.ids.get(name);
    return id === undefined ? none : new Set([id]);
  };
  const pre = String(metadata.get('pre') ?? '');
  const architecture = metadata.general('architecture');
  const name = metadata.general('name').toLowerCase();
  if (/jina-v2-(?:de|es|code)/.test(pre) || /nomic-bert-moe|jina-bert-v3/.test(architecture)) {
    return { left: only('<mask>'), right: none };
  }
  if (/phi-?3/.test(name)) {
    const plain = ['<unk>', '<s>', '<|endoftext|>'];
    const right = vocabulary.tokens.flatMap((token, id) => {
      const isNamed = vocabulary.is(id, TokenType.CONTROL, TokenType.USER_DEFINED, TokenType.UNKNOWN);
      return (isNamed || token === '</s>') && !plain.includes(token) ? [id] : [];
    });
    return { left: none, right: new Set(right) };
  }
  if (name.includes('modern-bert')) return { left: only('[MASK]'), right: none };
  return { left: none, right: none };
}

function readTemplate(
  metadata: TokenizerMetadata,
  vocabulary: GgufVocabulary,
  kind: Kind,
  pre: PreTokenizer,
): Template {
  if (kind === WORD_PIECES) {
    const [first, last] = [vocabulary.requireIdOf('bos'), vocabulary.requireIdOf('seperator')];
    return { before: [first], between: [last], after: [last], secondType: 1 };
  }
  const hasFirst =
    pre.joinsLines === true || metadata.flag('add_bos_token', kind.hasFirst || pre.hasFirst === true);
  const before = hasFirst ? [vocabulary.requireIdOf('bos')] : [];
  const after = metadata.flag('add_eos_token', kind.hasLast) ? [vocabulary.requireIdOf('eos')] : [];
  const hasSeparator = metadata.flag('add_sep_token', pre.hasSeparator === true);
  const separator = hasSeparator ? vocabulary.idOf('seperator') : undefined;
  const between = separator === undefined ? undefined : [...after, separator];
  return { before, between, after, secondType: 0 };
}

/** A GGUF's tokenizer: tokens that stand in a text by name, and what its vocabulary cuts the rest into. */
class GgufTokenizer implements Tokenizer {
  readonly #vocabulary: GgufVocabulary;
  readonly #named: NamedTokens;
  readonly #cutter: Cutter;
  readonly #template: Template;

  constructor(vocabulary: GgufVocabulary, named: NamedTokens, cutter: Cutter, template: Template) {
    this.#vocabulary = vocabulary;
    this.#named = named;
    this.#cutter = cutter;
    this.#template = template;
  }

  encode(text: TextOrPair, maxTokens: number): { tokens: Token[]; truncated: boolean } {
    const { before, between, after, secondType } = this.#template;
    const whole = joinTexts(text);
    const added = (ids: readonly number[], type: number) =>
      ids.map((id): Token => ({ id, text: this.#nameOf(id), start: 0, end: 0, ...typed(type) }));
    const isPair = typeof text !== 'string';
    if (isPair && between === undefined) {
      throw new AttentionError('invalid-argument', "The GGUF's tokenizer has no separator for two texts.");
    }
    const middle = isPair ? added(between ?? [], 0) : [];
    const lastType = isPair ? secondType : 0;
    const room = Math.max(0, maxTokens - before.length - middle.length - after.length);
    const firstEnd = isPair ? text[0].length : whole.length;
    const first = this.#tokens(whole, 0, firstEnd, 0, room + 1);
    const second = isPair
      ? this.#tokens(whole, firstEnd + 1, whole.length, lastType, room + 1 - first.length)
      : [];
    const truncated = first.length + second.length > room;
    if (truncated) (second.length > 0 ? second : first).pop();
    return {
      tokens: [...added(before, 0), ...first, ...middle, ...second, ...added(after, lastType)],
      truncated,
    };
  }

  /** Tokens that stand for something else than text spell nothing. */
  decode(ids: readonly number[]): { text: string; tokens: Token[] } {
    let isBeginning = true;
    return decodeBytes(
      ids.map((id): SpeltToken => {
        const token = this.#vocabulary.tokens[id];
        if (token === undefined || this.#vocabulary.is(id, TokenType.CONTROL, TokenType.UNKNOWN)) {
          return { id, name: token ?? '', before: '', spelling: '' };
        }
        const isPlain = this.#vocabulary.is(id, TokenType.USER_DEFINED);
        const { before, bytes } = isPlain ? { before: '', bytes: undefined } : this.#cutter.spell(token);
        const spelt = { id, before: isBeginning ? '' : before, spelling: token, bytes };
        isBeginning = false;
        return spelt;
      }),
    );
  }

  /** The tokens of text[start, end), at most so many. */
  #tokens(text: string, start: number, end: number, type: number, most: number): Token[] {
    const tokens: Token[] = [];
    if (most <= 0) return tokens;
    for (const part of this.#named.partsOf(text, start, end)) {
      const pieces =
        part.id === undefined
          ? this.#cutter.cut(text, part.start, part.end)
          : [{ id: part.id, start: part.start, end: part.end }];
      for (const piece of pieces) {
        tokens.push({
          id: piece.id,
          text: text.slice(piece.start, piece.end),
          start: piece.start,
          end: piece.end,
          ...typed(type),
        });
        if (tokens.length === most) return tokens;
      }
    }
    return tokens;
  }

  #nameOf(id: number): string {
    return this.#vocabulary.tokens[id] as string;
  }
}

/** A token's type, which is left out where it is 0. */
function typed(type: number): { type?: number } {
  return type === 0 ? {} : { type };
}

/**
 * The tokenizer that a GGUF holds: its ids are those of llama.cpp.
 *
 * @throws AttentionError `file-format` naming a key that isn't supported
 */
export function createGgufTokenizer(all: GgufMetadata): Tokenizer {
  const metadata = new TokenizerMetadata(all);
  const model = metadata.get('model');
  if (typeof model !== 'string' || !Object.hasOwn(KINDS, model)) {
    throw unsupportedKey('model', `one of ${Object.keys(KINDS).join(', ')}`, model);
  }
  const kind = KINDS[model] as Kind;
  const pre = readPre(metadata, model);
  const defaults = pre.hasNoUsualFirst === true ? { eos: kind.defaults.eos } : kind.defaults;
  const vocabulary = new GgufVocabulary(metadata, defaults);
  return new GgufTokenizer(
    vocabulary,
    new NamedTokens(vocabulary, readStripping(metadata, vocabulary)),
    kind.create(metadata, vocabulary, pre),
    readTemplate(metadata, vocabulary, kind, pre),
  );
}
