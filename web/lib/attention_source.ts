import type { HeadName } from './analysis/head_name.js';
import type { HeadPlace } from './head_place.js';
import type { MaskTensor, MechanismOptions, TapName } from './mechanism.js';
import type { PaintStyle, Picture } from './paint.js';
import type { Tensor } from './tensor.js';
import type { Token } from './text/token.js';

/** A step of one head that a run or a trace can give: those of attention, and what goes into it. */
export type SourceTapName = TapName | 'query' | 'key' | 'value';

/** How the heads of a run turn scores into weights. */
export interface KeptMechanism extends Required<
  Pick<MechanismOptions, 'scale' | 'isCausal' | 'slidingWindow' | 'softcap'>
> {
  /** The number of keys before the first query; 0 where it isn't said. */
  pastLen?: number;
  /** What every query may see, or what is added to its scores, in every head: broadcast to [qLen, kvLen]. */
  attnMask?: MaskTensor;
}

/** What a model's run and a trace have in common: tokens, and every head's attention on demand. */
export interface AttentionSource {
  /** The model's name. */
  readonly model: string;
  /** The person's own text. */
  readonly text: string;
  readonly tokens: readonly Token[];
  /** The tokens of the keys, where they are of another text than the queries. */
  readonly keyTokens?: readonly Token[] | undefined;
  /** Whether the text was cut at the model's limit. */
  readonly truncated: boolean;
  /** What the heads are called, where that was measured. */
  readonly names?: readonly HeadName[] | undefined;
  readonly numLayers: number;
  readonly numHeads: number;
  readonly numKvHeads: number;
  /** The size of a query and a key; undefined where there are weights alone. */
  readonly headDim: number | undefined;
  /** What is the same in all layers: where only some have a sliding window, it says none. */
  readonly mechanism: KeptMechanism;
  /** How the heads of a layer turn scores into weights. */
  mechanismOf(layer: number): KeptMechanism;
  /**
   * Maps are [qLen, kvLen], lse [qLen], all others [tokens, dim]. Queries and keys are rotated, unscaled. `out` is
   * the caller's own array, filled and given back.
   */
  tap(name: SourceTapName, place: HeadPlace, out?: Float32Array): Tensor;
  /** The head's weights as pixels. */
  paint(options: HeadPlace & PaintStyle): Picture;
  dispose(): void;
}
