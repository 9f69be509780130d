import { requireInteger, wrong } from '../arguments.js';
import type { HeadPlace } from '../head_place.js';
import { AttentionError, errorOfCore } from '../errors.js';
import { Handle } from '../handle.js';
import type { FullProgram } from '../model/full_program.js';
import type { Model } from '../model/model.js';
import type { Tensor } from '../tensor.js';

/** One head by its weights alone. */
export interface HeadCircuit extends HeadPlace {
  /** The singular values of W_Qᵀ W_K and of W_O W_V, largest first, [headDim]. */
  qkSingularValues: Float32Array;
  ovSingularValues: Float32Array;
  /**
   * Σ λ / Σ |λ| over the eigenvalues of the full OV circuit: 1 for a head that copies what it looks at, −1 for one that
   * suppresses it; undefined for a model that predicts no token.
   */
  copyingScore: number | undefined;
}

/** By what a later head reads what an earlier one writes (src/analysis/circuits.h, in its order). */
const COMPOSITIONS = ['query', 'key', 'value'] as const;
export type Composition = (typeof COMPOSITIONS)[number];

/**
 * What a model's heads are by their weights alone (Elhage et al. 2021), norms folded in as TransformerLens does. Made by
 * {@link Model.circuits}; stays with its model.
 */
export class Circuits extends Handle {
  readonly #program: FullProgram;
  readonly #pointer: number;
  readonly #model: Model;

  /** @internal */
  constructor(program: FullProgram, model: Model) {
    const pointer = program.newCircuits();
    if (pointer === 0) throw new AttentionError('out-of-memory', 'No memory is left for circuits.');
    super(() => program.deleteCircuits(pointer));
    this.#program = program;
    this.#pointer = pointer;
    this.#model = model;
    this.#succeed(program.prepareCircuits(pointer, model.pointer()));
  }

  /** Every head of a layer. */
  heads(layer: number): HeadCircuit[] {
    this.#require();
    const { numLayers, numHeads, headDim, predicts } = this.#model.info;
    requireInteger('layer', layer, 0, numLayers - 1);
    this.#succeed(this.#program.circuitsOfLayer(this.#pointer, layer));
    const width = 2 * headDim + 1;
    const table = this.#read(numHeads * width);
    return Array.from({ length: numHeads }, (_, head) => {
      const row = table.subarray(head * width, (head + 1) * width);
      return {
        layer,
        head,
        qkSingularValues: row.slice(0, headDim),
        ovSingularValues: row.slice(headDim, 2 * headDim),
        copyingScore: predicts ? row[2 * headDim] : undefined,
      };
    });
  }

  /**
   * How strongly each head of a later layer reads, by its queries, keys or values, what each head of an earlier one
   * writes, [heads of the later, heads of the earlier].
   */
  composition(kind: Composition, layers: { earlier: number; later: number }): Tensor {
    this.#require();
    const { numLayers, numHeads } = this.#model.info;
    if (!COMPOSITIONS.includes(kind)) throw wrong('kind', '"query", "key" or "value"', kind);
    const later = requireInteger('later', layers.later, 1, numLayers - 1);
    const earlier = requireInteger('earlier', layers.earlier, 0, later - 1);
    this.#succeed(this.#program.composeLayers(this.#pointer, COMPOSITIONS.indexOf(kind), earlier, later));
    return { data: this.#read(numHeads * numHeads), shape: [numHeads, numHeads] };
  }

  #require(): void {
    this.requireAlive('These circuits');
    this.#model.pointer();
  }

  #succeed(code: number): void {
    if (code !== 0) throw errorOfCore(code, this.#program.UTF8ToString(this.#program.lastMessage()));
  }

  #read(count: number): Float32Array {
    const first = this.#program.circuitsResult(this.#pointer) / 8;
    return Float32Array.from(this.#program.HEAPF64.subarray(first, first + count));
  }
}
