import { requireBoolean, requireFloats, requireInteger, requireKnownOptions, wrong } from './arguments.js';
import { AttentionError } from './errors.js';
import type { CoreProgram } from './glue.js';
import { Handle } from './handle.js';
import {
  LARGEST,
  MECHANISM_OPTIONS,
  Part,
  readStep,
  requestOf,
  requireHeads,
  requireOut,
  requireTaps,
  shapeOfTap,
  TAPS,
  writeOptions,
  type CallOptions,
  type MechanismOptions,
  type Sizes,
  type TapName,
} from './mechanism.js';
import { ProgramCall } from './program_call.js';
import { writeAttendRequest } from './request.js';
import { allocate, shapeOf, TensorHandle, type Tensor, type TensorInput } from './tensor.js';

/** A step that a layer can give: `contribution` is what a head adds to the layer's output (Elhage et al. 2021). */
export type LayerTapName = TapName | 'contribution';

/** What {@link Core.createLayer} takes. Weights are [in, out]: queries are x · wQ + biases.q. */
export interface LayerOptions extends MechanismOptions {
  /** [modelDim, numHeads · headDim] */
  wQ?: TensorInput;
  /** [modelDim, numKvHeads · headDim] */
  wK?: TensorInput;
  /** [modelDim, numKvHeads · vHeadDim] */
  wV?: TensorInput;
  /** In place of the three: [modelDim, (numHeads + 2 · numKvHeads) · headDim], their columns side by side. */
  wQKV?: TensorInput;
  /** [numHeads · vHeadDim, modelDim] */
  wO: TensorInput;
  /** Each of its weights' number of columns; `qkv` in place of `q`, `k` and `v`. */
  biases?: Partial<Record<'q' | 'k' | 'v' | 'qkv' | 'o', Float32Array>>;
  numHeads: number;
  /** numHeads unless given. */
  numKvHeads?: number;
}

/** What {@link Layer.forward} takes beside x. */
export interface ForwardOptions extends CallOptions {
  /** The keys and values of earlier tokens; those of x are added to it. */
  cache?: KeyValueCache;
  /** [numHeads]: head_output is multiplied by it; 0 ablates a head. */
  headScale?: Float32Array;
  taps?: readonly LayerTapName[];
  /** Makes NaN and infinity in x an error. */
  checkFinite?: boolean;
  /** The caller's own arrays, filled and given back in place of fresh ones: `output` and taps by name. */
  out?: Partial<Record<'output' | LayerTapName, Float32Array>>;
}

/** What {@link Layer.forward} gives. */
export interface ForwardResult {
  /** [tokens, modelDim] */
  output: Tensor;
  /** As of {@link Core.attend}; head_output after headScale; contribution [heads, tokens, modelDim]. */
  taps: Partial<Record<LayerTapName, Tensor>>;
}

const LAYER_OPTIONS = [
  'wQ',
  'wK',
  'wV',
  'wQKV',
  'wO',
  'biases',
  'numHeads',
  'numKvHeads',
  ...MECHANISM_OPTIONS,
] as const satisfies readonly (keyof LayerOptions)[];

const FORWARD_OPTIONS = [
  'cache',
  'headScale',
  'taps',
  'heads',
  'attnMask',
  'kvLength',
  'checkFinite',
  'out',
] as const satisfies readonly (keyof ForwardOptions)[];

const LAYER_TAPS = [...TAPS, 'contribution'] as const;

/** The layer's own parts (LayerCall::Part in src/attention/layer_call.h). */
const LayerPart = {
  x: Part.count,
  headScale: Part.count + 1,
  output: Part.count + 2,
  contribution: Part.count + 3,
} as const;

const WEIGHTS = ['q', 'k', 'v', 'o'] as const;

/** The rotated keys and the values that a layer has seen. Made by {@link Layer.createCache}. */
export class KeyValueCache extends Handle {
  /** How many tokens it holds. */
  length = 0;
  /** @internal */
  readonly address: number;

  /** @internal */
  constructor(
    program: CoreProgram,
    /** @internal */
    readonly layer: Layer,
    /** The most tokens it can hold. */
    readonly capacity: number,
    /** @internal Floats of a token's keys and of its values. */
    readonly keyFloats: number,
    valueFloats: number,
  ) {
    const address = allocate(program, 'This cache', 4 * capacity * (keyFloats + valueFloats));
    super(() => program.release(address));
    this.address = address;
  }

  /** @internal */
  requireUsable(layer: Layer): void {
    this.requireAlive('cache');
    if (layer !== this.layer) {
      throw new AttentionError('invalid-argument', 'cache must be made by this layer, got one of another.');
    }
  }
}

/** Which matrix each of q, k, v and o are columns of, and where those begin. */
interface Columns {
  name: string;
  input: TensorInput;
  first: number;
  bias: Float32Array | undefined;
}

/** A multi-head attention layer (Vaswani et al. 2017) whose weights stay in the core's memory. */
export class Layer extends Handle {
  readonly modelDim: number;
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly headDim: number;
  readonly vHeadDim: number;
  readonly #call: ProgramCall;
  readonly #mechanism: MechanismOptions;

  /** @internal */
  constructor(program: CoreProgram, options: LayerOptions) {
    requireKnownOptions('createLayer', options, LAYER_OPTIONS);
    const call = new ProgramCall(program, program.newLayerCall());
    super(() => program.deleteCall(call.pointer));
    try {
      const numHeads = requireInteger('numHeads', options.numHeads, 1, LARGEST);
      const numKvHeads = requireInteger('numKvHeads', options.numKvHeads ?? numHeads, 1, LARGEST);
      const fused = options.wQKV !== undefined;
      const biases = options.biases ?? {};
      requireKnownOptions('biases', biases, fused ? ['qkv', 'o'] : WEIGHTS);
      const [valueRows, modelDim] = shapeOf('wO', options.wO, 2) as [number, number];
      const perHead = (name: string, columns: number, heads: number) => {
        if (columns > 0 && columns % heads === 0) return columns / heads;
        throw wrong(name, `a positive multiple of ${heads} heads`, columns);
      };
      const vHeadDim = perHead("wO's first dimension", valueRows, numHeads);
      const headDim = fused
        ? perHead(
            "wQKV's columns for queries and keys",
            (shapeOf('wQKV', options.wQKV, 2)[1] as number) - numKvHeads * vHeadDim,
            numHeads + numKvHeads,
          )
        : perHead("wQ's second dimension", shapeOf('wQ', options.wQ, 2)[1] as number, numHeads);
      const widths = [numHeads * headDim, numKvHeads * headDim, numKvHeads * vHeadDim, modelDim] as const;
      const fusedWidth = widths[0] + widths[1] + widths[2];
      const parts = WEIGHTS.map((letter, i): Columns => {
        const width = widths[i] as number;
        const within = fused && letter !== 'o';
        const name = within ? 'wQKV' : `w${letter.toUpperCase()}`;
        const first = within ? widths.slice(0, i).reduce((sum, before) => sum + before, 0) : 0;
        const input = options[name as 'wQKV' | 'wQ' | 'wK' | 'wV' | 'wO'] as TensorInput;
        const rows = letter === 'o' ? valueRows : modelDim;
        const columns = within ? fusedWidth : width;
        const shape = shapeOf(name, input, 2);
        if (shape[0] !== rows || shape[1] !== columns)
          throw wrong(`${name}.shape`, `[${rows}, ${columns}]`, [...shape]);
        const biasName = within ? 'qkv' : letter;
        const bias = biases[biasName];
        if (bias !== undefined) requireFloats(`biases.${biasName}`, bias, columns);
        return { name, input, first, bias: bias?.subarray(first, first + width) };
      });
      const mechanism = Object.fromEntries(MECHANISM_OPTIONS.map((name) => [name, options[name]]));
      const sizes = { numHeads, numKvHeads, qLen: 0, kvLen: 0, headDim, vHeadDim };
      writeAttendRequest(program, requestOf(sizes, mechanism, 0, [], 0));
      call.succeed(program.createLayer(call.pointer, modelDim));
      parts.forEach((part, which) => setWeights(call, which, part));
      this.#call = call;
      this.#mechanism = mechanism;
      this.modelDim = modelDim;
      this.numHeads = numHeads;
      this.numKvHeads = numKvHeads;
      this.headDim = headDim;
      this.vHeadDim = vHeadDim;
      // A forward of no tokens, so that what is wrong with the options is said now.
      this.forward({ data: new Float32Array(0), shape: [0, modelDim] });
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** An empty cache for at most `capacity` tokens. */
  createCache(options: { capacity: number }): KeyValueCache {
    this.requireAlive('This layer');
    requireKnownOptions('createCache', options, ['capacity']);
    const capacity = requireInteger('capacity', options.capacity, 1, LARGEST);
    const { numKvHeads, headDim, vHeadDim } = this;
    return new KeyValueCache(this.#call.program, this, capacity, numKvHeads * headDim, numKvHeads * vHeadDim);
  }

  /**
   * The layer's output for x [tokens, modelDim]. With a cache, x's tokens come after those that it holds.
   *
   * @throws AttentionError naming the argument, what it was and what was expected; the cache is then as before
   */
  forward(x: TensorInput, options: ForwardOptions = {}): ForwardResult {
    this.requireAlive('This layer');
    requireKnownOptions('forward', options, FORWARD_OPTIONS);
    const call = this.#call;
    const program = call.program;
    const { numHeads, numKvHeads, headDim, vHeadDim, modelDim } = this;
    const [tokens, width] = shapeOf('x', x, 2) as [number, number];
    if (width !== modelDim) throw wrong("x's second dimension", `the layer's ${modelDim}`, width);
    const { cache, headScale } = options;
    if (cache !== undefined) {
      if (!(cache instanceof KeyValueCache)) throw wrong('cache', 'made by createCache', cache);
      cache.requireUsable(this);
    }
    const pastLen = cache?.length ?? 0;
    if (cache !== undefined && pastLen + tokens > cache.capacity) {
      throw wrong(
        'cache',
        `room for ${tokens} more tokens than ${pastLen}`,
        `a capacity of ${cache.capacity}`,
      );
    }
    if (headScale !== undefined) requireFloats('headScale', headScale, numHeads);
    const taps = requireTaps(options.taps ?? [], LAYER_TAPS);
    const heads = requireHeads(options.heads, numHeads);
    const checkFinite = requireBoolean('checkFinite', options.checkFinite ?? false);
    const sizes: Sizes = { numHeads, numKvHeads, qLen: tokens, kvLen: pastLen + tokens, headDim, vHeadDim };
    const shapes: Partial<Record<'output' | LayerTapName, number[]>> = { output: [tokens, modelDim] };
    for (const tap of taps) {
      shapes[tap] =
        tap === 'contribution' ? [heads.length, tokens, modelDim] : shapeOfTap(tap, heads.length, sizes);
    }
    const out = requireOut(options.out, shapes);
    const mechanism = { ...this.#mechanism, ...options };
    const request = requestOf(sizes, mechanism, pastLen, taps, heads.length);
    if (cache !== undefined) {
      request.keyAddress = cache.address;
      request.valueAddress = cache.address + 4 * cache.capacity * cache.keyFloats;
    }

    writeAttendRequest(program, request);
    const hasContribution = taps.includes('contribution');
    call.succeed(program.prepareForward(call.pointer, headScale !== undefined, hasContribution));
    call.write(LayerPart.x, x instanceof TensorHandle ? x.view(program, 'x') : x.data);
    if (headScale !== undefined) call.write(LayerPart.headScale, headScale);
    writeOptions(call, mechanism, numHeads, heads);
    call.run(checkFinite);
    if (cache !== undefined) cache.length += tokens;

    const output = call.read(LayerPart.output, shapes.output as number[], out.output);
    const result: ForwardResult = { output, taps: {} };
    for (const tap of taps) {
      const shape = shapes[tap] as number[];
      if (tap === 'contribution') {
        result.taps[tap] = call.read(LayerPart.contribution, shape, out[tap]);
      } else if (tap === 'head_output') {
        const all = call.read(Part.output, [tokens, numHeads, vHeadDim]);
        result.taps[tap] = chosenHeads(all, heads, out[tap]);
      } else {
        result.taps[tap] = readStep(call, tap, shape, out[tap]);
      }
    }
    return result;
  }
}

/** Packs one of the four matrices, from a resident tensor or through memory that is given back. */
function setWeights({ program, pointer }: ProgramCall, which: number, part: Columns): void {
  const { input, name, first, bias } = part;
  const resident = input instanceof TensorHandle;
  const address = resident ? input.addressIn(program, name) : allocate(program, name, input.data.byteLength);
  if (!resident) program.HEAPF32.set(input.data, address / 4);
  program.setLayerWeights(pointer, which, address + 4 * first, input.shape[1] as number);
  if (!resident) program.release(address);
  if (bias !== undefined) program.HEAPF32.set(bias, program.addLayerBias(pointer, which) / 4);
}

/** [heads, tokens, dim] of the given heads of `all` [tokens, numHeads, dim]. */
function chosenHeads(all: Tensor, heads: readonly number[], own?: Float32Array): Tensor {
  const [tokens, numHeads, dim] = all.shape as [number, number, number];
  const data = own ?? new Float32Array(heads.length * tokens * dim);
  heads.forEach((head, row) => {
    for (let token = 0; token < tokens; ++token) {
      const from = (token * numHeads + head) * dim;
      data.set(all.data.subarray(from, from + dim), (row * tokens + token) * dim);
    }
  });
  return { data, shape: [heads.length, tokens, dim] };
}
