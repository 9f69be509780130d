import type { AttentionSource, Core, HeadPlace, KeptMechanism, Tensor } from '../lib/index.js';
import type { HeadRequest, HeadResult, HeadSteps, MapPart, MapStyle, Pixels, WhatIf } from './head_source.js';

type Mechanism = KeptMechanism & { temperature: number; sink: number | null };

const MAPS = ['scores', 'softcapped', 'masked', 'weights'] as const;
const RAMP = 256;

/** How a head works with what is changed in it. */
function changeMechanism(own: KeptMechanism, headDim: number, whatIf: WhatIf): Mechanism {
  const {
    isCausal = own.isCausal,
    isScaled,
    window,
    softcap = own.softcap,
    temperature = 1,
    sink = null,
  } = whatIf;
  const scale = isScaled === undefined ? own.scale : isScaled ? 1 / Math.sqrt(headDim) : 1;
  const slidingWindow: KeptMechanism['slidingWindow'] =
    window === undefined ? own.slidingWindow : window === null ? null : [window, window];
  return { ...own, scale, isCausal, slidingWindow, softcap, temperature, sink };
}

/** Maps and output of one head from its queries, keys and values, each [tokens, dim]. */
function attend(core: Core, tensors: readonly Tensor[], mechanism: Mechanism) {
  const { scale, softcap, temperature, sink, ...visible } = mechanism;
  const [query, key, value] = tensors.map(({ data, shape }) => ({ data, shape: [1, ...shape] })) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const sinks = sink === null ? undefined : Float32Array.of(sink);
  // Temperature T divides softcap · tanh(scores / softcap); so does dividing both the scale and the softcap by T.
  const warmed = (divisor: number) =>
    core.attend({
      query,
      key,
      value,
      scale: scale / divisor,
      softcap: softcap / divisor,
      ...visible,
      sinks,
      taps: MAPS,
    });
  const steps = warmed(1);
  const last = temperature === 1 ? steps : warmed(temperature);
  const { scores, softcapped, masked } = steps.taps as Record<(typeof MAPS)[number], Tensor>;
  return {
    scores: scores.data,
    softcapped: softcapped.data,
    masked: masked.data,
    weights: (last.taps.weights as Tensor).data,
    output: last.output.data,
  };
}

/** What is told of a mechanism: the mask itself stays here, where the next head needs it. */
function told({ attnMask, ...mechanism }: Mechanism): HeadSteps['mechanism'] {
  return { ...mechanism, hasMask: attnMask !== undefined };
}

/** Every step of one head, with what is changed in it; yields after each. */
function* computeSteps(
  core: Core,
  source: AttentionSource,
  place: HeadPlace,
  whatIf: WhatIf,
): Generator<void, HeadSteps> {
  const own = source.mechanismOf(place.layer);
  const tap = (name: Parameters<AttentionSource['tap']>[0]) => source.tap(name, place);
  if (source.headDim === undefined) {
    return { weights: tap('weights').data, mechanism: told({ ...own, temperature: 1, sink: null }) };
  }
  const tensors = (['query', 'key', 'value'] as const).map(tap);
  const [query, key, value] = tensors.map(({ data }) => data);
  const { isRemoved = false, ...changes } = whatIf;
  const mechanism = changeMechanism(own, source.headDim, changes);
  const isChanged = Object.values(changes).some((change) => change !== undefined);
  const steps: Partial<Record<(typeof MAPS)[number], Float32Array>> & { output?: Float32Array } = {};
  if (isChanged) Object.assign(steps, attend(core, tensors, mechanism));
  else {
    // The source's own, which edits may have made others than its queries and keys would.
    for (const name of MAPS) {
      steps[name] = tap(name).data;
      yield;
    }
    steps.output = tap('head_output').data;
  }
  yield;
  if (isRemoved) steps.output?.fill(0);
  return { query, key, value, ...(steps as { weights: Float32Array }), mechanism: told(mechanism) };
}

/** A part of a map as pixels, on the scale of the whole map. */
function paintPart(
  core: Core,
  { weights, masked }: HeadSteps,
  [numRows, numColumns]: readonly [number, number],
  { width, height, rows, columns }: MapPart,
  style: MapStyle,
) {
  const whole = { data: weights, shape: [numRows, numColumns] };
  if (rows[1] === numRows && columns[1] === numColumns) {
    return core.paint({
      weights: whole,
      masked: masked && { data: masked, shape: whole.shape },
      width,
      height,
      ...style,
    });
  }
  const { max } = core.paint({ weights: whole, width: 0, height: 0, ...style });
  const cut = (map: Float32Array): Tensor => {
    const data = new Float32Array(rows[1] * columns[1]);
    for (let row = 0; row < rows[1]; ++row) {
      const first = (rows[0] + row) * numColumns + columns[0];
      data.set(map.subarray(first, first + columns[1]), row * columns[1]);
    }
    return { data, shape: [rows[1], columns[1]] };
  };
  const { colours, theme } = style;
  const shown = { weights: cut(weights), masked: masked && cut(masked) };
  return core.paint({ ...shown, width, height, colours, theme, ...(max > 0 ? { max } : {}) });
}

/**
 * One head with what is changed in it, and the part of its map that is shown. Yields between its steps, so that who
 * has other things to do can do them.
 */
export function* computeHead(
  core: Core,
  source: AttentionSource,
  request: HeadRequest,
): Generator<void, HeadResult> {
  const { layer, head, whatIf, style, part } = request;
  const steps = yield* computeSteps(core, source, { layer, head }, whatIf);
  const size = [source.tokens.length, (source.keyTokens ?? source.tokens).length] as const;
  return { layer, head, ...steps, picture: part && paintPart(core, steps, size, part, style) };
}

/** The colours of weights that rise from 0, or over four decades, to the largest: one pixel high. */
export function paintColourBar(core: Core, width: number, { colours, theme }: MapStyle): Pixels {
  const rising = Float32Array.from({ length: RAMP }, (_, i) => {
    const part = i / (RAMP - 1);
    return colours === 'log' ? 10 ** (4 * (part - 1)) : part;
  });
  return core.paint({
    weights: { data: rising, shape: [1, RAMP] },
    width,
    height: 1,
    max: 1,
    colours,
    theme,
  });
}
