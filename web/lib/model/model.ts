import { wrong } from '../arguments.js';
import { Handle } from '../handle.js';
import type { Tokenizer } from '../text/tokenizer.js';
import type { Token } from '../text/token.js';
import type { BertConfig } from './full_program.js';
import type { FullHost } from './full_host.js';
import { Run } from './run.js';

/** What a model is. */
export interface ModelInfo {
  name: string;
  family: 'bert';
  numLayers: number;
  numHeads: number;
  numKvHeads: number;
  headDim: number;
  hiddenSize: number;
  /** The most tokens of a text, those that the model adds included. */
  maxTokens: number;
}

/** A model whose weights lie in the memory of the program `full`. Made by {@link Core.loadModel}. */
export class Model extends Handle {
  readonly info: ModelInfo;
  readonly #host: FullHost;
  readonly #pointer: number;
  readonly #tokenizer: Tokenizer;

  /** @internal */
  constructor(host: FullHost, pointer: number, name: string, config: BertConfig, tokenizer: Tokenizer) {
    const { program } = host;
    super(() => program.deleteBertModel(pointer));
    this.#host = host;
    this.#pointer = pointer;
    this.#tokenizer = tokenizer;
    this.info = {
      name,
      family: 'bert',
      numLayers: config.numHiddenLayers,
      numHeads: config.numAttentionHeads,
      numKvHeads: config.numAttentionHeads,
      headDim: config.hiddenSize / config.numAttentionHeads,
      hiddenSize: config.hiddenSize,
      maxTokens: config.maxPositionEmbeddings,
    };
  }

  /** The size of the memory that models and their runs share now, in bytes. */
  get memoryBytes(): number {
    return this.#host.program.HEAPU8.byteLength;
  }

  /** @internal Where the model lies in its program. */
  pointer(): number {
    this.requireAlive('This model');
    return this.#pointer;
  }

  /** The tokens of a text, at most info.maxTokens, and whether it was cut. */
  tokenize(text: string): { tokens: Token[]; truncated: boolean } {
    if (typeof text !== 'string') throw wrong('text', 'a string', text);
    return this.#tokenizer.encode(text, this.info.maxTokens);
  }

  /**
   * Runs a text, cut at info.maxTokens, or token ids given as they are.
   *
   * @throws AttentionError where there are no ids, too many, or one beyond the vocabulary
   */
  run(textOrIds: string | readonly number[]): Run {
    this.requireAlive('This model');
    if (typeof textOrIds === 'string') {
      return new Run(this.#host, this, textOrIds, this.tokenize(textOrIds));
    }
    if (!Array.isArray(textOrIds)) throw wrong('text', 'a string or an array of token ids', textOrIds);
    const tokens = textOrIds.map((id: number, i): Token => {
      if (!Number.isInteger(id)) throw wrong(`ids[${i}]`, 'a whole number', id);
      return { id, text: `#${id}`, start: 0, end: 0 };
    });
    return new Run(this.#host, this, '', { tokens, truncated: false });
  }
}
