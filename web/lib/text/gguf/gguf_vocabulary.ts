import { COMPLETION_NAMES, END_NAMES } from '../gguf_end_ids.js';
import { unsupportedKey, type TokenizerMetadata } from './tokenizer_metadata.js';

/** tokenizer.ggml.token_type, as llama.h numbers them. */
export const TokenType = { NORMAL: 1, UNKNOWN: 2, CONTROL: 3, USER_DEFINED: 4, UNUSED: 5, BYTE: 6 } as const;

/** Names of parts of a message that are shown as they are. */
const SHOWN_NAMES = ['<|channel|>', '<|message|>', '<|start|>', '<|constrain|>'];

/** The numbers of tokens that a kind of vocabulary has where no key says them. */
export type DefaultIds = Readonly<Partial<Record<string, number>>>;

/** The tokens of a GGUF. */
export class GgufVocabulary {
  readonly tokens: readonly string[];
  readonly types: readonly number[];
  /** The number of each token; of two that are spelt alike the last one's. */
  readonly ids: ReadonlyMap<string, number>;
  readonly #metadata: TokenizerMetadata;
  readonly #defaults: DefaultIds;

  constructor(metadata: TokenizerMetadata, defaults: DefaultIds) {
    const tokens = metadata.texts('tokens');
    if (tokens === undefined || tokens.length === 0)
      throw unsupportedKey('tokens', 'a list of strings', tokens);
    this.tokens = tokens.map((token, id) => (token === '' ? `[EMPTY_${id}]` : token));
    this.ids = new Map(this.tokens.map((token, id) => [token, id]));
    this.#metadata = metadata;
    this.#defaults = defaults;
    this.types = this.#namedTypes(metadata.numbers('token_type', tokens.length));
  }

  is(id: number, ...types: readonly number[]): boolean {
    return types.includes(this.types[id] as number);
  }

  /** The score of each token; 0 where the file has none. */
  scores(): readonly number[] {
    return this.#metadata.numbers('scores', this.tokens.length) ?? this.tokens.map(() => 0);
  }

  /** The number of a token with a purpose, such as `bos`; undefined where there is none. */
  idOf(purpose: string): number | undefined {
    const isToken = (id: unknown) => typeof id === 'number' && this.tokens[id] !== undefined;
    const given = this.#metadata.get(`${purpose}_token_id`);
    if (isToken(given)) return given as number;
    const usual = this.#defaults[purpose];
    return isToken(usual) ? usual : undefined;
  }

  /** The same, where a text can't be cut without. */
  requireIdOf(purpose: string): number {
    const id = this.idOf(purpose);
    if (id !== undefined) return id;
    const key = `${purpose}_token_id`;
    throw unsupportedKey(key, 'the number of a token', this.#metadata.get(key));
  }

  /** The types, with those of tokens that llama.cpp knows by their names whatever the file says (src/llama-vocab.cpp). */
  #namedTypes(given: readonly number[] | undefined): number[] {
    const types = this.tokens.map((_, id) => given?.[id] ?? TokenType.NORMAL);
    const become = (name: string, type: number) => {
      const id = this.ids.get(name);
      if (id !== undefined && types[id] !== type) types[id] = type;
    };
    for (const name of END_NAMES) become(name, TokenType.CONTROL);
    for (const [purpose, names] of Object.entries(COMPLETION_NAMES)) {
      if (this.idOf(purpose) !== undefined) continue;
      for (const name of names) become(name, TokenType.CONTROL);
    }
    for (const name of SHOWN_NAMES) become(name, TokenType.USER_DEFINED);
    const has = (...names: string[]) => names.every((name) => this.ids.has(name));
    if (has('<|tool_response>') || has('<|plamo:eos|>')) become('</s>', TokenType.NORMAL);
    return types;
  }
}
