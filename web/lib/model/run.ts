import {
  RunAnalysis,
  type CellPlace,
  type DetectHeadsOptions,
  type HeadAnalysis,
  type LogitAttribution,
  type RunChanges,
  type ScoreParts,
} from '../analysis/run_analysis.js';
import { requireIds, requireInteger, requireKnownOptions, wrong } from '../arguments.js';
import type { AttentionSource, KeptMechanism, SourceTapName } from '../attention_source.js';
import type { HeadPlace } from '../head_place.js';
import { AttentionError } from '../errors.js';
import type { HeadName } from '../analysis/head_name.js';
import { Handle } from '../handle.js';
import { HEAD_PAINT_OPTIONS, type PaintStyle, type Picture } from '../paint.js';
import { ProgramCall } from '../program_call.js';
import type { Tensor } from '../tensor.js';
import type { Token } from '../text/token.js';
import { toTheEnd } from '../turns.js';
import { choosePrecision, type Precision } from '../trace/precision.js';
import { writeTrace } from '../trace/write_trace.js';
import { generate, type GenerateOptions } from './generate.js';
import type { Model } from './model.js';
import { changesWeights, giveEdits, type HeadEdit } from './edits.js';
import type { FullHost } from './full_host.js';

/** A step of one head that a run can give; `contribution` is what the head adds to its layer's output. */
export type RunTapName = SourceTapName | 'contribution';

/** In the order of KeptHeads::Tap (src/model/kept_heads.h), then ModelRun::kContribution. */
const RUN_TAPS: readonly RunTapName[] = [
  'scores',
  'softcapped',
  'masked',
  'weights',
  'lse',
  'head_output',
  'query',
  'key',
  'value',
  'contribution',
];

/** ModelRun::Part of src/model/model_run.h. */
const RunPart = { ids: 0, types: 1, lastHidden: 2, meanPooled: 3, logits: 4, tap: 5 } as const;

/** What a run is made of. */
export interface RunInput {
  text: string;
  tokens: Token[];
  truncated: boolean;
  allLogits: boolean;
  room: number;
  edits: readonly HeadEdit[];
}

/**
 * One text through a model, which tokens may be added to. It keeps the queries, keys and values of every head until it is disposed; a map is
 * made when it is asked for.
 */
export class Run extends Handle implements AttentionSource {
  readonly model: string;
  readonly numLayers: number;
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly headDim: number;
  readonly mechanism: KeptMechanism;
  readonly truncated: boolean;
  readonly #call: ProgramCall;
  readonly #host: FullHost;
  readonly #model: Model;
  readonly #allLogits: boolean;
  readonly #prompt: string;
  readonly #hasOwnWeights: boolean;
  #capacity = 0;
  #text: string;
  #tokens: Token[] = [];
  /** The ids that the run was extended by after its text. */
  #extension: number[] = [];
  /** The tokens that the run was last extended by, whose hidden states are there. */
  #lastCount = 0;

  /** @internal */
  private constructor(
    host: FullHost,
    model: Model,
    { text, tokens, truncated, allLogits, room, edits }: RunInput,
  ) {
    const { program } = host;
    const call = new ProgramCall(program, program.newModelRun());
    super(() => program.deleteCall(call.pointer));
    this.#call = call;
    this.#host = host;
    this.#model = model;
    this.model = model.info.name;
    this.numLayers = model.info.numLayers;
    this.numHeads = model.info.numHeads;
    this.numKvHeads = model.info.numKvHeads;
    this.headDim = model.info.headDim;
    this.mechanism = model.mechanism;
    this.#prompt = this.#text = text;
    this.truncated = truncated;
    this.#allLogits = allLogits;
    this.#hasOwnWeights = !edits.some(changesWeights);
    try {
      const capacity = (this.#capacity = tokens.length + room);
      if (edits.length > 0) giveEdits(program, call, edits, { ...model.info, tokens: capacity });
      call.succeed(program.prepareRun(call.pointer, model.pointer(), capacity, allLogits));
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** @internal Runs a text by steps of at most so many tokens; yields between them. */
  static *read(host: FullHost, model: Model, input: RunInput, tokensOfStep: number): Generator<void, Run> {
    const run = new Run(host, model, input);
    let isRead = false;
    try {
      // New memory takes its time.
      yield;
      run.#giveTypes(input.tokens);
      yield* run.#runIds(
        input.tokens.map(({ id }) => id as number),
        tokensOfStep,
      );
      run.#tokens = input.tokens;
      isRead = true;
      return run;
    } finally {
      if (!isRead) run.dispose();
    }
  }

  /** How the heads of a layer turn scores into weights. */
  mechanismOf(layer: number): KeptMechanism {
    return this.#model.mechanismOf(layer);
  }

  /** The person's own text, or two joined by a line feed, and what the run was extended by. */
  get text(): string {
    return this.#text;
  }

  get tokens(): readonly Token[] {
    return this.#tokens;
  }

  /**
   * Runs more tokens behind those before, through the kept keys and values; a causal model's alone.
   *
   * @throws AttentionError where the run has no room for them, or one is beyond the vocabulary
   */
  extend(ids: readonly number[]): void {
    this.requireAlive('This run');
    requireIds(ids);
    toTheEnd(this.#runIds(ids));
    const own = this.#tokens.slice(0, this.#tokens.length - this.#extension.length);
    this.#extension = [...this.#extension, ...ids];
    const { text, tokens } = this.#model.detokenize(this.#extension);
    const first = this.#prompt.length;
    this.#text = this.#prompt + text;
    const placed = tokens.map((token) => ({
      ...token,
      start: first + token.start,
      end: first + token.end,
    }));
    this.#tokens = [...own, ...placed];
  }

  /**
   * Lets a causal model that predicts go on, token by token, each handed out once it has been run; ends at a token that the model
   * ends its texts with, after `maxTokens`, where the run has no more room, or where `signal` says so. A character
   * whose bytes are still to come is in the text, and in its tokens, only once it is whole.
   */
  generate(options: GenerateOptions = {}): AsyncGenerator<Token> {
    this.requireAlive('This run');
    return generate(this, options, {
      room: this.#capacity - this.#tokens.length,
      lastLogits: () => this.#lastLogits(),
      endsText: (id) => this.#model.endsText(id),
    });
  }

  #lastLogits(): Float32Array {
    const { data, shape } = this.logits;
    return shape.length === 1 ? data : data.subarray(data.length - (shape[1] as number));
  }

  #giveTypes(tokens: readonly Token[]): void {
    const { typeVocabSize } = this.#model;
    if (typeVocabSize === 0) return;
    // A model of one type is never told them.
    const types = tokens.map(({ type = 0 }) => (typeVocabSize > 1 ? type : 0));
    this.#host.program.HEAP32.set(types, this.#call.address(RunPart.types) / 4);
  }

  /** Runs what follows the tokens so far, by steps of at most so many; yields between them. */
  *#runIds(ids: readonly number[], tokensOfStep = ids.length): Generator<void, void> {
    const { program } = this.#host;
    const { pointer } = this.#call;
    const first = this.#call.address(RunPart.ids) / 4 + this.#tokens.length;
    if (this.#tokens.length + ids.length <= this.#capacity) program.HEAP32.set(ids, first);
    this.#model.pointer();
    this.#call.succeed(program.beginExtension(pointer, ids.length, Math.min(ids.length, tokensOfStep)));
    do {
      yield;
      // It may have been disposed meanwhile.
      this.#model.pointer();
    } while (program.stepRun(pointer));
    this.#lastCount = ids.length;
  }

  /**
   * The logits of a model that predicts: of what comes after the last token [vocabSize], or after each [tokens, vocabSize] where
   * the run was asked for all.
   *
   * @throws AttentionError where the model has no language head
   */
  get logits(): Tensor {
    this.requireAlive('This run');
    const { predicts, vocabSize } = this.#model.info;
    if (!predicts) {
      throw new AttentionError(
        'invalid-argument',
        'logits: this model has no language head, so it predicts no token.',
      );
    }
    return this.#call.read(RunPart.logits, this.#allLogits ? [this.tokens.length, vocabSize] : [vocabSize]);
  }

  /** The last layer's hidden states, normalised, of the tokens that the run was last extended by, [tokens, hiddenSize]. */
  get lastHidden(): Tensor {
    this.requireAlive('This run');
    return this.#call.read(RunPart.lastHidden, [this.#lastCount, this.#model.info.hiddenSize]);
  }

  /**
   * The mean of lastHidden over all tokens, [hiddenSize]: a sentence's embedding before it is normalised.
   *
   * @throws AttentionError where the model is causal
   */
  get meanPooled(): Float32Array {
    this.requireAlive('This run');
    if (this.#model.info.isCausal) {
      throw new AttentionError('invalid-argument', 'meanPooled: this model is causal.');
    }
    return this.#call.read(RunPart.meanPooled, [this.#model.info.hiddenSize]).data;
  }

  /**
   * One step of one head: maps are [tokens, tokens], lse [tokens], contribution [tokens, hiddenSize], the others
   * [tokens, headDim]. `out` is the caller's own array, filled and given back in place of a fresh one.
   *
   * @throws AttentionError naming the argument; `disposed` for contribution where the model was disposed
   */
  tap(name: RunTapName, place: HeadPlace, out?: Float32Array): Tensor {
    this.#make(name, place);
    const tokens = this.tokens.length;
    const { headDim, hiddenSize } = this.#model.info;
    const shape = {
      scores: [tokens, tokens],
      softcapped: [tokens, tokens],
      masked: [tokens, tokens],
      weights: [tokens, tokens],
      lse: [tokens],
      head_output: [tokens, headDim],
      query: [tokens, headDim],
      key: [tokens, headDim],
      value: [tokens, headDim],
      contribution: [tokens, hiddenSize],
    }[name];
    return this.#call.read(RunPart.tap, shape, out);
  }

  /** What every head does on this text: how it spreads its weight, and how much of it lies where patterns say. */
  analyse(): HeadAnalysis[] {
    return toTheEnd(this.analyseInSteps());
  }

  /** @internal What {@link analyse} does; yields between its steps. */
  analyseInSteps(): Generator<void, HeadAnalysis[]> {
    return this.#analysis().heads();
  }

  /** How much each head of a causal model is like a pattern, [layers, heads], by TransformerLens's detect_head. */
  detectHeads(options: DetectHeadsOptions): Tensor {
    return this.#analysis().detect(options);
  }

  /** Attention rollout through all layers (Abnar & Zuidema 2020), [tokens, tokens]. */
  rollout(): Tensor {
    return this.#analysis().rollout();
  }

  /**
   * Every head's place in a plane, [layers · heads, 2], in which heads that spread their weights alike are close:
   * multidimensional scaling of their Jensen–Shannon divergences (Clark et al. 2019).
   */
  layOutHeads(): Tensor {
    return this.#analysis().layout();
  }

  /** The probability of each token to come next, by a model that predicts, [vocabSize]. */
  get nextProbabilities(): Float32Array {
    const logits = this.#lastLogits();
    const largest = logits.reduce((max, logit) => Math.max(max, logit), -Infinity);
    const shares = logits.map((logit) => Math.exp(logit - largest));
    const sum = shares.reduce((total, share) => total + share, 0);
    return shares.map((share) => share / sum);
  }

  /**
   * What an edit changed: every head's map, and what comes next, against another run of as many tokens.
   *
   * @throws AttentionError where the runs have other numbers of tokens or heads
   */
  changesFrom(before: Run): RunChanges {
    before.requireAlive('The other run');
    const heads = this.#analysis().headChanges(before.#call);
    if (!this.#model.info.predicts) return { heads, probabilities: undefined };
    const then = before.nextProbabilities;
    return { heads, probabilities: this.nextProbabilities.map((share, id) => share - (then[id] as number)) };
  }

  /**
   * The logit of a token after the last one as a sum over what each part of a model that predicts wrote into the residual
   * stream (direct logit attribution, Elhage et al. 2021), under the run's own scale of the final norm and before a
   * final softcap.
   */
  attributeLogit(token: number): LogitAttribution {
    return this.#analysis().attribute(requireInteger('token', token, 0, this.#model.info.vocabSize - 1));
  }

  /** Why a query looks at a key: their score (before softcap) split by dimension and by rotary frequency. */
  splitScore(place: CellPlace): ScoreParts {
    const { headDim, ropeDims } = this.#model.info;
    return this.#analysis().splitScore(place, headDim, ropeDims);
  }

  #analysis(): RunAnalysis {
    this.requireAlive('This run');
    // It reads how the model's heads work.
    this.#model.pointer();
    return new RunAnalysis(this.#host.program, this.#call, this);
  }

  /** The head's weights as pixels. */
  paint(options: HeadPlace & PaintStyle): Picture {
    requireKnownOptions('paint', options, HEAD_PAINT_OPTIONS);
    const { layer, head, ...style } = options;
    this.#make('weights', { layer, head });
    const shape = [this.tokens.length, this.tokens.length] as const;
    return this.#host.painter.paintMap(this.#call.address(RunPart.tap), undefined, shape, style);
  }

  /**
   * The run as a trace: a safetensors file of every head's queries, keys and values with the text and its tokens,
   * which {@link Core.openTrace} reads. Unless `dtype` says which, numbers are kept in half precision where that moves no
   * weight by more than 0.001, else in single precision; the trace's `precision` says it. With `names`, what the heads
   * are called.
   *
   * @throws AttentionError `invalid-argument`, also where a trace can't say how the weights came about
   */
  toTrace(options: { dtype?: 'f16' | 'f32'; names?: readonly HeadName[] } = {}): Uint8Array {
    this.requireAlive('This run');
    requireKnownOptions('toTrace', options, ['dtype', 'names']);
    const { dtype } = options;
    if (dtype !== undefined && dtype !== 'f16' && dtype !== 'f32')
      throw wrong('dtype', '"f16" or "f32"', dtype);
    if (!this.#hasOwnWeights) {
      throw new AttentionError(
        'invalid-argument',
        "toTrace: an edit of this run (temperature, blocked or pattern) changes weights, which a trace can't say.",
      );
    }
    if (this.#model.layersDiffer) {
      throw new AttentionError(
        'invalid-argument',
        "toTrace: some layers of this model have a sliding window and others none, which a trace can't say.",
      );
    }
    return writeTrace(this, this.#precision(dtype), options.names);
  }

  #precision(dtype: 'f16' | 'f32' | undefined): Precision {
    if (dtype !== undefined)
      return dtype === 'f16' ? { dtype: 'F16', words: 'float16' } : { dtype: 'F32', words: 'float32' };
    const { program, attend } = this.#host;
    const call = new ProgramCall(program, program.newAttendCall());
    try {
      return choosePrecision(this, (asked) => attend(call, asked));
    } finally {
      program.deleteCall(call.pointer);
    }
  }

  #make(name: RunTapName, place: HeadPlace): void {
    this.requireAlive('This run');
    const which = RUN_TAPS.indexOf(name);
    if (which === -1) throw wrong('tap', `one of ${RUN_TAPS.join(', ')}`, name);
    requireKnownOptions('tap', place, ['layer', 'head']);
    const layer = requireInteger('layer', place.layer, 0, this.numLayers - 1);
    const head = requireInteger('head', place.head, 0, this.numHeads - 1);
    if (name === 'contribution') this.#model.pointer();
    this.#call.succeed(this.#host.program.tapRun(this.#call.pointer, which, layer, head));
  }
}
