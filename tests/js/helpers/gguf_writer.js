// Reads and writes small GGUF files: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

const ALIGNMENT = 32;

/** The format's numbers of types, and how Buffer reads and writes them. */
const SCALARS = {
  0: ['UInt8', 1],
  1: ['Int8', 1],
  2: ['UInt16LE', 2],
  3: ['Int16LE', 2],
  4: ['UInt32LE', 4],
  5: ['Int32LE', 4],
  6: ['FloatLE', 4],
  7: ['UInt8', 1],
  10: ['BigUInt64LE', 8],
  11: ['BigInt64LE', 8],
  12: ['DoubleLE', 8],
};
const UINT32 = 4;
const INT32 = 5;
const FLOAT32 = 6;
const BOOL = 7;
const STRING = 8;
const ARRAY = 9;
const WIDE = [10, 11];

function scalar(type, value) {
  const [name, size] = SCALARS[type];
  const bytes = Buffer.alloc(size);
  bytes[`write${name}`](WIDE.includes(type) ? BigInt(value) : Number(value));
  return bytes;
}

const uint32 = (value) => scalar(UINT32, value);
const uint64 = (value) => scalar(10, value);

function string(text) {
  const bytes = Buffer.from(text);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function typeOf(value) {
  if (typeof value === 'string') return STRING;
  if (typeof value === 'boolean') return BOOL;
  return value < 0 ? INT32 : UINT32;
}

const element = (type, value) => (type === STRING ? string(value) : scalar(type, value));

/**
 * A value of the metadata: texts, yes and no, whole numbers, lists of those; { float } for other numbers, and
 * { type, value } for a type by its number.
 */
function valueOf(value) {
  if (value?.float !== undefined) return valueOf({ type: FLOAT32, value: value.float });
  const { type, value: own } = value?.type === undefined ? { value } : value;
  if (Array.isArray(own)) {
    const inner = type ?? (own.length === 0 ? STRING : typeOf(own[0]));
    return [uint32(ARRAY), uint32(inner), uint64(own.length), ...own.map((one) => element(inner, one))];
  }
  const outer = type ?? typeOf(own);
  return [uint32(outer), element(outer, own)];
}

function padded(bytes) {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & (ALIGNMENT - 1))]);
}

/** A file of metadata, and of tensors: { name, shape (rows last), type (ggml's number), bytes }. */
export function writeGguf(metadata, tensors, version = 3) {
  const entries = Object.entries(metadata)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => Buffer.concat([string(key), ...valueOf(value)]));
  const data = tensors.map(({ bytes }) => padded(bytes));
  let offset = 0;
  const infos = tensors.map(({ name, shape, type }, i) => {
    const info = [string(name), uint32(shape.length), ...shape.map(uint64), uint32(type), uint64(offset)];
    offset += data[i].length;
    return Buffer.concat(info);
  });
  const head = [Buffer.from('GGUF'), uint32(version), uint64(tensors.length), uint64(entries.length)];
  return Buffer.concat([padded(Buffer.concat([...head, ...entries, ...infos])), ...data]);
}

/** What writeGguf would write a file of F32 tensors from. */
export function readGguf(file) {
  let at = 8;
  const take = (type) => {
    const [name, size] = SCALARS[type];
    const value = file[`read${name}`](at);
    at += size;
    return type === BOOL ? value !== 0 : Number(value);
  };
  const text = () => {
    const length = take(10);
    at += length;
    return file.toString('utf8', at - length, at);
  };
  const one = (type) => (type === STRING ? text() : take(type));
  const [numTensors, numValues] = [take(10), take(10)];
  const metadata = {};
  for (let i = 0; i < numValues; ++i) {
    const key = text();
    const outer = take(UINT32);
    const type = outer === ARRAY ? take(UINT32) : outer;
    const read = () => one(type);
    metadata[key] = { type, value: outer === ARRAY ? Array.from({ length: take(10) }, read) : read() };
  }
  const infos = Array.from({ length: numTensors }, () => {
    const name = text();
    const shape = Array.from({ length: take(UINT32) }, () => take(10));
    return { name, shape, type: take(UINT32), offset: take(10) };
  });
  const first = Math.ceil(at / ALIGNMENT) * ALIGNMENT;
  const tensors = infos.map(({ name, shape, type, offset }) => {
    const size = 4 * shape.reduce((product, length) => product * length, 1);
    return { name, shape, type, bytes: file.subarray(first + offset, first + offset + size) };
  });
  return { metadata, tensors };
}

/** A file of F32 tensors with other metadata (undefined takes a key away) and other tensors. */
export function changedGguf(file, metadata, tensors = (own) => own) {
  const own = readGguf(file);
  return writeGguf({ ...own.metadata, ...metadata }, tensors(own.tensors));
}
