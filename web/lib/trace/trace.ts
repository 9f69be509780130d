import { requireFloats, requireInteger, requireKnownOptions, wrong } from '../arguments.js';
import type { AttentionSource, KeptMechanism, SourceTapName } from '../attention_source.js';
import type { HeadPlace } from '../head_place.js';
import type { HeadName } from '../analysis/head_name.js';
import type { Core } from '../core.js';
import { AttentionError } from '../errors.js';
import { TAPS } from '../mechanism.js';
import { HEAD_PAINT_OPTIONS, type PaintStyle, type Picture } from '../paint.js';
import type { Tensor } from '../tensor.js';
import type { Token } from '../text/token.js';
import type { TraceData, TraceTensorName } from './read_trace.js';

const KEPT = ['query', 'key', 'value'] as const;

/** The queries, keys and values of a text that ran elsewhere: every step of every head is computed from them. */
export class Trace implements AttentionSource {
  readonly model: string;
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly keyTokens: readonly Token[] | undefined;
  /** How the file says that its numbers were kept, and how far that moves weights; a run's trace says it. */
  readonly precision: string | undefined;
  readonly names: readonly HeadName[] | undefined;
  readonly truncated = false;
  readonly numLayers: number;
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly headDim: number | undefined;
  readonly mechanism: KeptMechanism;
  readonly #core: Core;
  #tensors: Partial<Record<TraceTensorName, Tensor>> | undefined;

  /** @internal */
  constructor(
    core: Core,
    { model, text, tokens, keyTokens, precision, names, mechanism, tensors }: TraceData,
  ) {
    const { shape } = (tensors.query ?? tensors.weights) as Tensor;
    this.#core = core;
    this.model = model;
    this.text = text;
    this.tokens = tokens;
    this.keyTokens = keyTokens;
    this.precision = precision;
    this.names = names;
    this.numLayers = shape[0] as number;
    this.numHeads = shape[1] as number;
    this.numKvHeads = tensors.key?.shape[1] ?? this.numHeads;
    this.headDim = tensors.query?.shape[3];
    this.mechanism = mechanism;
    this.#tensors = tensors;
    if (Symbol.dispose !== undefined) {
      Object.defineProperty(this, Symbol.dispose, { value: () => this.dispose() });
    }
  }

  /** How the heads of a layer turn scores into weights. */
  mechanismOf(): KeptMechanism {
    return this.mechanism;
  }

  /**
   * One step of one head: maps are [tokens, tokens], lse [tokens], the others [tokens, dim]. `out` is the caller's own
   * array, filled and given back in place of a fresh one.
   *
   * @throws AttentionError naming the argument; a trace of weights alone has no other step
   */
  tap(name: SourceTapName, place: HeadPlace, out?: Float32Array): Tensor {
    const step = this.#step(name, place);
    if (out === undefined) return step;
    requireFloats('out', out, step.data.length).set(step.data);
    return { data: out, shape: step.shape };
  }

  #step(name: SourceTapName, place: HeadPlace): Tensor {
    const known: readonly SourceTapName[] = [...TAPS, ...KEPT];
    if (!known.includes(name)) throw wrong('tap', `one of ${known.join(', ')}`, name);
    const tensors = this.#alive();
    if (tensors.query === undefined) {
      if (name === 'weights') return this.#head('weights', place);
      throw new AttentionError('invalid-argument', `This trace holds weights alone, so there is no ${name}.`);
    }
    if (name === 'query' || name === 'key' || name === 'value') return this.#head(name, place);
    const step = this.#attend(place, [name])[name] as Tensor;
    return { data: step.data, shape: step.shape.slice(1) };
  }

  /** The head's weights as pixels. */
  paint(options: HeadPlace & PaintStyle): Picture {
    requireKnownOptions('paint', options, HEAD_PAINT_OPTIONS);
    const { layer, head, ...style } = options;
    if (this.#alive().query === undefined) {
      return this.#core.paint({ ...style, weights: this.#head('weights', { layer, head }) });
    }
    const { weights, masked } = this.#attend({ layer, head }, ['weights', 'masked']);
    const map = ({ data, shape }: Tensor): Tensor => ({ data, shape: shape.slice(1) });
    return this.#core.paint({ ...style, weights: map(weights as Tensor), masked: map(masked as Tensor) });
  }

  /** Lets go of the tensors. A second call does nothing. */
  dispose(): void {
    this.#tensors = undefined;
  }

  #alive(): Partial<Record<TraceTensorName, Tensor>> {
    if (this.#tensors === undefined) throw new AttentionError('disposed', 'This trace was disposed.');
    return this.#tensors;
  }

  /** A copy of what is kept of one head, [tokens, dim]. */
  #head(name: TraceTensorName, place: HeadPlace): Tensor {
    requireKnownOptions('tap', place, ['layer', 'head']);
    const layer = requireInteger('layer', place.layer, 0, this.numLayers - 1);
    const head = requireInteger('head', place.head, 0, this.numHeads - 1);
    const { data, shape } = this.#alive()[name] as Tensor;
    const [, heads, tokens, dim] = shape as [number, number, number, number];
    const own = Math.floor(head / (this.numHeads / heads));
    const first = (layer * heads + own) * tokens * dim;
    return { data: data.slice(first, first + tokens * dim), shape: [tokens, dim] };
  }

  #attend(place: HeadPlace, taps: readonly (typeof TAPS)[number][]) {
    const [query, key, value] = KEPT.map((name) => {
      const { data, shape } = this.#head(name, place);
      return { data, shape: [1, ...shape] };
    }) as [Tensor, Tensor, Tensor];
    return this.#core.attend({ query, key, value, ...this.mechanism, taps }).taps;
  }
}
