// Writes small GGUF files (version 3): https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

const ALIGNMENT = 32;
const UINT32 = 4;
const FLOAT32 = 6;
const STRING = 8;
const ARRAY = 9;

function uint32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function string(text) {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

/** A value of the metadata: texts, lists of texts, whole numbers, and { float } for others. */
function valueOf(value) {
  if (typeof value === 'string') return [uint32(STRING), string(value)];
  if (Array.isArray(value)) {
    return [uint32(ARRAY), uint32(STRING), uint64(value.length), ...value.map(string)];
  }
  if (typeof value === 'number') return [uint32(UINT32), uint32(value)];
  return [uint32(FLOAT32), Buffer.from(Float32Array.of(value.float).buffer)];
}

function padded(bytes) {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & (ALIGNMENT - 1))]);
}

/** A file of metadata, and of tensors: { name, shape (rows last), type (ggml's number), bytes }. */
export function writeGguf(metadata, tensors) {
  const entries = Object.entries(metadata).map(([key, value]) =>
    Buffer.concat([string(key), ...valueOf(value)]),
  );
  const data = tensors.map(({ bytes }) => padded(bytes));
  let offset = 0;
  const infos = tensors.map(({ name, shape, type }, i) => {
    const info = [string(name), uint32(shape.length), ...shape.map(uint64), uint32(type), uint64(offset)];
    offset += data[i].length;
    return Buffer.concat(info);
  });
  const head = [Buffer.from('GGUF'), uint32(3), uint64(tensors.length), uint64(entries.length)];
  return Buffer.concat([padded(Buffer.concat([...head, ...entries, ...infos])), ...data]);
}
