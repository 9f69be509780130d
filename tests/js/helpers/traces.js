/** A safetensors file. Tensors are { dtype, shape, data } by name, their data typed arrays; `change` edits the header. */
export function safetensorsFile(tensors, metadata, change = () => {}) {
  const header = { __metadata__: metadata };
  const parts = Object.values(tensors).map(({ data }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  );
  let end = 0;
  Object.entries(tensors).forEach(([name, { dtype, shape }], i) => {
    header[name] = { dtype, shape, data_offsets: [end, end + parts[i].length] };
    end += parts[i].length;
  });
  change(header);
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return new Uint8Array(Buffer.concat([length, json, ...parts]));
}

/** The header of a safetensors file. */
export function headerOf(bytes) {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  return JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)));
}

/** Metadata of a trace of so many one-letter words. */
export function traceMetadata(count, mechanism = {}) {
  const words = Array.from({ length: count }, (_, i) => String.fromCharCode(97 + (i % 26)));
  const tokens = words.map((text, i) => ({ text, start: 2 * i, end: 2 * i + 1 }));
  return { text: words.join(' '), tokens: JSON.stringify(tokens), ...mechanism };
}
