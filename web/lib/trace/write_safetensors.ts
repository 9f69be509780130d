/** A tensor to be written. */
export interface TensorBytes {
  name: string;
  dtype: 'F16' | 'F32';
  shape: number[];
  data: Uint8Array;
}

/** A safetensors file. Tensors lie in the order given; the header is padded so that they start on 8 bytes. */
export function writeSafetensors(
  tensors: readonly TensorBytes[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, dtype, shape, data } of tensors) {
    header[name] = { dtype, shape, data_offsets: [end, end + data.length] };
    end += data.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(json, 8);
  let first = 8 + length;
  for (const { data } of tensors) {
    file.set(data, first);
    first += data.length;
  }
  return file;
}
