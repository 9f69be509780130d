import { requireInteger, requireKnownOptions, wrong } from '../arguments.js';
import type { AttentionSource, HeadPlace, KeptMechanism, SourceTapName } from '../attention_source.js';
import { Handle } from '../handle.js';
import { HEAD_PAINT_OPTIONS, type PaintStyle, type Picture } from '../paint.js';
import { ProgramCall } from '../program_call.js';
import type { Tensor } from '../tensor.js';
import type { Token } from '../text/token.js';
import { writeTrace } from '../trace/write_trace.js';
import type { Model } from './model.js';
import type { FullHost } from './full_host.js';

/** A step of one head that a run can give; `contribution` is what the head adds to its layer's output. */
export type RunTapName = SourceTapName | 'contribution';

/** In the order of KeptHeads::Tap (src/model/kept_heads.h), then BertRun::kContribution. */
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

/** BertRun::Part of src/model/bert_run.h. */
const RunPart = { ids: 0, lastHidden: 1, meanPooled: 2, tap: 3 } as const;

/**
 * One text through a model. It keeps the queries, keys and values of every head until it is disposed; a map is
 * made when it is asked for.
 */
export class Run extends Handle implements AttentionSource {
  readonly model: string;
  readonly numLayers: number;
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly mechanism: KeptMechanism;
  readonly tokens: readonly Token[];
  readonly truncated: boolean;
  readonly #call: ProgramCall;
  readonly #host: FullHost;
  readonly #model: Model;

  /** @internal */
  constructor(
    host: FullHost,
    model: Model,
    readonly text: string,
    { tokens, truncated }: { tokens: Token[]; truncated: boolean },
  ) {
    const { program } = host;
    const call = new ProgramCall(program, program.newBertRun());
    super(() => program.deleteCall(call.pointer));
    this.#call = call;
    this.#host = host;
    this.#model = model;
    this.model = model.info.name;
    this.numLayers = model.info.numLayers;
    this.numHeads = model.info.numHeads;
    this.numKvHeads = model.info.numKvHeads;
    const scale = 1 / Math.sqrt(model.info.headDim);
    this.mechanism = { scale, isCausal: false, slidingWindow: null, softcap: 0 };
    this.tokens = tokens;
    this.truncated = truncated;
    try {
      call.succeed(program.prepareRun(call.pointer, model.pointer(), tokens.length));
      call.write(
        RunPart.ids,
        Int32Array.from(tokens, ({ id }) => id as number),
      );
      call.run(false);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** The last layer's hidden states, [tokens, hiddenSize]. */
  get lastHidden(): Tensor {
    this.requireAlive('This run');
    return this.#call.read(RunPart.lastHidden, [this.tokens.length, this.#model.info.hiddenSize]);
  }

  /** The mean of lastHidden over all tokens, [hiddenSize]: a sentence's embedding before it is normalised. */
  get meanPooled(): Float32Array {
    this.requireAlive('This run');
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
   * which {@link Core.openTrace} reads. Half precision unless `dtype` says `f32`.
   */
  toTrace(options: { dtype?: 'f16' | 'f32' } = {}): Uint8Array {
    this.requireAlive('This run');
    requireKnownOptions('toTrace', options, ['dtype']);
    const { dtype = 'f16' } = options;
    if (dtype !== 'f16' && dtype !== 'f32') throw wrong('dtype', '"f16" or "f32"', dtype);
    return writeTrace(this, dtype === 'f16' ? 'F16' : 'F32');
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
