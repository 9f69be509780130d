import type { HeadName } from '../analysis/head_name.js';
import type { AttentionSource } from '../attention_source.js';
import type { Precision } from './precision.js';
import { toHalf } from './to_half.js';
import { writeSafetensors, type TensorBytes } from './write_safetensors.js';

/** The numbers as bytes of the dtype, little-endian. */
function bytesOf(values: Float32Array, dtype: 'F16' | 'F32'): Uint8Array {
  const size = dtype === 'F16' ? 2 : 4;
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, i) => {
    if (dtype === 'F16') view.setUint16(2 * i, toHalf(value), true);
    else view.setFloat32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

/** A trace of every head of a run: the file that {@link Core.openTrace} reads. */
export function writeTrace(
  source: AttentionSource,
  { dtype, words }: Precision,
  names?: readonly HeadName[],
): Uint8Array {
  const { numLayers, numHeads, numKvHeads, mechanism, tokens, text, model } = source;
  const tensor = (name: 'query' | 'key' | 'value'): TensorBytes => {
    const heads = name === 'query' ? numHeads : numKvHeads;
    const shared = numHeads / heads;
    const pieces = Array.from({ length: numLayers * heads }, (_, i) =>
      source.tap(name, { layer: Math.floor(i / heads), head: (i % heads) * shared }),
    );
    const size = pieces[0]?.data.length ?? 0;
    const values = new Float32Array(pieces.length * size);
    pieces.forEach(({ data }, i) => values.set(data, i * size));
    const shape = [numLayers, heads, ...(pieces[0]?.shape ?? [0, 0])];
    return { name, dtype, shape, data: bytesOf(values, dtype) };
  };
  return writeSafetensors(['query' as const, 'key' as const, 'value' as const].map(tensor), {
    text,
    tokens: JSON.stringify(tokens.map(({ text: own, start, end }) => ({ text: own, start, end }))),
    model,
    scale: JSON.stringify(mechanism.scale),
    is_causal: JSON.stringify(mechanism.isCausal),
    sliding_window: JSON.stringify(mechanism.slidingWindow),
    softcap: JSON.stringify(mechanism.softcap),
    precision: words,
    ...(names === undefined ? {} : { head_names: JSON.stringify(names) }),
  });
}
