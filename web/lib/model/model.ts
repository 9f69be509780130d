import { requireIds, requireInteger, requireKnownOptions, wrong } from '../arguments.js';
import { ablateEach, type AblateEachOptions, type Ablations } from '../analysis/ablate_each.js';
import { Circuits } from '../analysis/circuits.js';
import { analyseTexts, type AnalyseTextsOptions } from '../analysis/analyse_texts.js';
import { nameHeads, type HeadNames } from '../analysis/name_heads.js';
import type { HeadAnalysis } from '../analysis/run_analysis.js';
import type { KeptMechanism } from '../attention_source.js';
import { AttentionError } from '../errors.js';
import { Handle } from '../handle.js';
import { joinTexts, type TextOrPair, type Tokenizer } from '../text/tokenizer.js';
import type { Token } from '../text/token.js';
import { IS_SHARED, toTheEnd } from '../turns.js';
import type { HeadEdit } from './edits.js';
import type { FullHost } from './full_host.js';
import { Family, type FamilyName, type ReadConfig } from './model_config.js';
import { Run, type RunInput } from './run.js';
import { isText, tokensOfIds, unspelt, type RunText } from './run_input.js';

/** The tokens of a step where others wait for their turn. */
const STEP_TOKENS = 32;

/** How {@link Model.run} runs. All may be left out. */
export interface RunOptions {
  /** Of a model that predicts: the logits of the last token (the default), or of every token. */
  logits?: 'last' | 'all';
  /** How many tokens the run may be extended by, 0 unless given. */
  room?: number;
  /** Beside token ids for an encoder: which of two texts each is of, from 0; all 0 unless given. */
  types?: readonly number[] | Uint8Array;
  /** What is changed in heads. */
  edits?: readonly HeadEdit[];
}

/** What a model is. */
export interface ModelInfo {
  name: string;
  family: FamilyName;
  /** Whether a token sees only those before it. */
  isCausal: boolean;
  /** Whether the model has a language head, which says what comes next. */
  predicts: boolean;
  numLayers: number;
  numHeads: number;
  numKvHeads: number;
  headDim: number;
  /** How many dimensions of a head are rotated; 0 without rotary positions. */
  ropeDims: number;
  hiddenSize: number;
  vocabSize: number;
  /** The most tokens of a text, those that the model adds included. */
  maxTokens: number;
  /** The keys of config.json, or of a GGUF's metadata, that nothing here reads. */
  unreadKeys: readonly string[];
  /** Sentences on what the files don't say, and what it was taken for. */
  assumptions: readonly string[];
}

/** What was read of a model's files beside its weights. */
export interface LoadedModel {
  name: string;
  read: ReadConfig;
  /** Undefined where the files hold none: the model then runs on ids. */
  tokenizer: Tokenizer | undefined;
  /** The tokens that the model ends its texts with. */
  endIds: readonly number[];
}

/** A model whose weights lie in the memory of the program `full`. Made by {@link Core.loadModel}. */
export class Model extends Handle {
  readonly info: ModelInfo;
  /** @internal How heads turn scores into weights, in all layers. */
  readonly mechanism: KeptMechanism;
  readonly #layerMechanisms: readonly KeptMechanism[];
  /** @internal Whether some layers have a sliding window and others none; `mechanism` then says none. */
  readonly layersDiffer: boolean;
  /** @internal How many types of tokens there are; 0 where they have none. */
  readonly typeVocabSize: number;
  readonly #host: FullHost;
  readonly #pointer: number;
  readonly #tokenizer: Tokenizer | undefined;
  readonly #endIds: ReadonlySet<number>;

  /** @internal */
  constructor(host: FullHost, pointer: number, { name, read, tokenizer, endIds }: LoadedModel) {
    const { program } = host;
    const { config, windowedLayers } = read;
    super(() => program.deleteModel(pointer));
    this.#host = host;
    this.#pointer = pointer;
    this.#tokenizer = tokenizer;
    this.#endIds = new Set(endIds);
    this.info = {
      name,
      family: Object.entries(Family).find(([, number]) => number === config.family)?.[0] as FamilyName,
      isCausal: config.isCausal,
      predicts: program.modelPredicts(pointer),
      numLayers: config.numLayers,
      numHeads: config.numHeads,
      numKvHeads: config.numKvHeads,
      headDim: config.headDim,
      ropeDims: config.ropeDims,
      hiddenSize: config.hiddenSize,
      vocabSize: config.vocabSize,
      maxTokens: config.maxPositions,
      unreadKeys: read.unreadKeys,
      assumptions: read.assumptions,
    };
    this.typeVocabSize = config.typeVocabSize;
    const windows = new Set(windowedLayers);
    this.layersDiffer = windows.size > 1;
    const farthest = config.slidingWindow - 1;
    const mechanism = (isWindowed: boolean): KeptMechanism => ({
      scale: config.attentionScale * (isWindowed ? config.localRope : config.rope).scoreFactor,
      isCausal: config.isCausal,
      slidingWindow: isWindowed ? [farthest, config.isCausal ? null : farthest] : null,
      softcap: config.attentionSoftcap,
    });
    this.mechanism = mechanism(windows.has(true) && !this.layersDiffer);
    this.#layerMechanisms = windowedLayers.map(mechanism);
  }

  /** @internal */
  mechanismOf(layer: number): KeptMechanism {
    return this.#layerMechanisms[requireInteger('layer', layer, 0, this.info.numLayers - 1)] as KeptMechanism;
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

  /** @internal Whether it takes texts; without a tokenizer it runs on ids alone. */
  get takesTexts(): boolean {
    return this.#tokenizer !== undefined;
  }

  /**
   * The tokens of a text, or of two that an encoder reads together, at most info.maxTokens, and whether it was cut.
   *
   * @throws AttentionError where the model's files hold no tokenizer, or there are two texts and it reads one alone
   */
  tokenize(text: TextOrPair): { tokens: Token[]; truncated: boolean } {
    if (!isText(text)) throw wrong('text', 'a string or two strings', text);
    return this.#encode(text, this.info.maxTokens);
  }

  /** The text that tokens spell, and their places in it; none without a tokenizer. */
  detokenize(ids: readonly number[]): { text: string; tokens: Token[] } {
    requireIds(ids);
    return this.#tokenizer?.decode(ids) ?? { text: '', tokens: ids.map(unspelt) };
  }

  #encode(text: TextOrPair, maxTokens: number): { tokens: Token[]; truncated: boolean } {
    if (typeof text !== 'string' && this.info.isCausal) {
      throw new AttentionError('invalid-argument', 'text must be one: a causal model reads no two together.');
    }
    if (this.#tokenizer === undefined) {
      throw wrong('text', "a list of token ids, since the model's files hold no tokenizer", text);
    }
    return this.#tokenizer.encode(text, maxTokens);
  }

  /**
   * Plain names of all heads with their evidence, such as "previous word" and 0.93, measured on a probe that the answer
   * says in words.
   *
   * @throws AttentionError `aborted`
   */
  async nameHeads(options: AnalyseTextsOptions = {}): Promise<HeadNames> {
    this.requireAlive('This model');
    requireKnownOptions('nameHeads', options, ['signal', 'onProgress']);
    return nameHeads(this, options);
  }

  /**
   * What every head does on a set of texts, of pairs of them, or of token ids: means over the queries of all of them.
   *
   * @throws AttentionError `aborted`; where there are no texts
   */
  async analyse(texts: readonly RunText[], options: AnalyseTextsOptions = {}): Promise<HeadAnalysis[]> {
    this.requireAlive('This model');
    requireKnownOptions('analyse', options, ['signal', 'onProgress']);
    return analyseTexts(this, texts, options);
  }

  /** What the heads are by their weights alone: singular values, copying and composition. */
  circuits(): Circuits {
    this.requireAlive('This model');
    return new Circuits(this.#host.program, this);
  }

  /**
   * Takes out each head of a model that predicts in turn over a text, and measures by how much the logit of an answer
   * drops.
   *
   * @throws AttentionError `aborted`; where the model has no language head
   */
  async ablateEach(text: string | readonly number[], options: AblateEachOptions = {}): Promise<Ablations> {
    this.requireAlive('This model');
    requireKnownOptions('ablateEach', options, ['token', 'signal', 'onProgress']);
    return ablateEach(this, text, options);
  }

  /** @internal Whether the model ends its texts with this token. */
  endsText(id: number): boolean {
    return this.#endIds.has(id);
  }

  /**
   * Runs a text, or two that an encoder reads together, cut at info.maxTokens, or token ids given as they are. Of two
   * texts the tokens have the types that the tokenizer's template says; in one that names `[SEP]` all are 0.
   *
   * @throws AttentionError where there are no tokens, too many, or one beyond the vocabulary
   */
  run(textOrIds: RunText, options: RunOptions = {}): Run {
    return toTheEnd(this.runInSteps(textOrIds, options, Infinity));
  }

  /** @internal What {@link run} does, by steps of at most so many tokens; yields between them. */
  *runInSteps(
    textOrIds: RunText,
    options: RunOptions = {},
    tokensOfStep = IS_SHARED ? STEP_TOKENS : Infinity,
  ): Generator<void, Run> {
    this.requireAlive('This model');
    requireKnownOptions('run', options, ['logits', 'room', 'types', 'edits']);
    const { logits = 'last' } = options;
    if (logits !== 'last' && logits !== 'all') throw wrong('logits', '"last" or "all"', logits);
    const room = requireInteger('room', options.room ?? 0, 0, this.info.maxTokens - 1);
    const { edits = [] } = options;
    if (!Array.isArray(edits)) throw wrong('edits', 'a list', edits);
    const read = this.#read(textOrIds, options.types, this.info.maxTokens - room);
    const input = { ...read, allLogits: logits === 'all', room, edits: edits as readonly HeadEdit[] };
    return yield* Run.read(this.#host, this, input, tokensOfStep);
  }

  /** The tokens of what is to be run; of a text at most so many. */
  #read(
    textOrIds: RunText,
    types: unknown,
    maxTokens: number,
  ): Pick<RunInput, 'text' | 'tokens' | 'truncated'> {
    if (!isText(textOrIds)) {
      const tokens = tokensOfIds(textOrIds, types, this.typeVocabSize);
      if (tokens.length > 0) return { text: '', tokens, truncated: false };
      throw new AttentionError('invalid-argument', 'ids must hold at least one, got none.');
    }
    if (types !== undefined) {
      throw new AttentionError('invalid-argument', "types must be left out: a text has its tokenizer's.");
    }
    const encoded = this.#encode(textOrIds, maxTokens);
    const beyond = encoded.tokens.find(({ id }) => (id as number) >= this.info.vocabSize);
    if (beyond !== undefined) {
      throw new AttentionError(
        'invalid-argument',
        `text: the token "${beyond.text}" has the number ${beyond.id}, of which the model with its ` +
          `${this.info.vocabSize} tokens (vocab_size) has no embedding.`,
      );
    }
    if (encoded.tokens.length > 0) return { text: joinTexts(textOrIds), ...encoded };
    throw new AttentionError(
      'invalid-argument',
      'text must have at least one token, but the tokenizer makes none of it and this model adds none.',
    );
  }
}
