import { fromColumns, numberType, readNumbers, sizeOf, unreadable, type Content } from './arrays.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** The kinds of numpy that hold numbers, by the names of safetensors. bfloat16 of ml_dtypes is saved as V2. */
const DTYPES: Readonly<Record<string, string>> = {
  f2: 'F16',
  f4: 'F32',
  f8: 'F64',
  V2: 'BF16',
  i1: 'I8',
  i2: 'I16',
  i4: 'I32',
  i8: 'I64',
  u1: 'U8',
  u2: 'U16',
  u4: 'U32',
  u8: 'U64',
  b1: 'BOOL',
};

/** What else numpy saves, and what can be done. */
function whatElse(descr: string): string {
  if (/^\|?O/.test(descr)) return 'it holds Python objects, which are never unpickled here';
  if (/[fV]1$/.test(descr))
    return `it holds numbers of one byte (${descr}), such as float8; save it as numpy.float32`;
  return `its numbers must be floats, integers or booleans, got ${descr}`;
}

interface Header {
  descr: string;
  isFortran: boolean;
  shape: number[];
}

function readHeader(text: string): Header {
  if (/'descr'\s*:\s*\[/.test(text)) throw unreadable('it holds records; save its fields as arrays');
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d,\s]*)\)/
    .exec(text)?.[1]
    ?.split(',')
    .map((size) => size.trim())
    .filter((size) => size !== '')
    .map(Number);
  if (descr === undefined || order === undefined || shape === undefined)
    throw unreadable('its header is no array’s');
  return { descr, isFortran: order === 'True', shape };
}

/** A copy of bytes as little-endian numbers of so many bytes each. */
function littleEndian(bytes: Uint8Array, size: number, isBig: boolean): ArrayBuffer {
  const copy = new Uint8Array(bytes);
  if (isBig) for (let i = 0; i < copy.length; i += size) copy.subarray(i, i + size).reverse();
  return copy.buffer;
}

function withoutPadding(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\0') --end;
  return text.slice(0, end);
}

/** Strings of UCS-4 (U) or of bytes of UTF-8 (S), padded with zeros. */
function readTexts(bytes: Uint8Array, count: number, kind: string, isBig: boolean): string[] {
  const size = bytes.length / (count || 1);
  const decoder = new TextDecoder();
  return Array.from({ length: count }, (_, i) => {
    const own = bytes.subarray(i * size, (i + 1) * size);
    if (kind === 'S') return withoutPadding(decoder.decode(own));
    const codes = [...new Uint32Array(littleEndian(own, 4, isBig))];
    const text = codes.map((code) => String.fromCodePoint(code <= 0x10ffff ? code : 0xfffd)).join('');
    return withoutPadding(text);
  });
}

/**
 * Reads an array of the .npy format (numpy.lib.format, versions 1 to 3): numbers, either way round and in either order,
 * or a row of strings.
 *
 * @throws AttentionError `file-format` with what is wrong, as a phrase
 */
export function readNpy(file: Uint8Array): Content {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 12 || MAGIC.some((byte, i) => file[i] !== byte)) throw unreadable('it is no .npy file');
  const isFirst = file[6] === 1;
  const start = isFirst ? 10 : 12;
  const end = start + (isFirst ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end > file.length) throw unreadable('its header is cut off');
  const { descr, isFortran, shape } = readHeader(new TextDecoder().decode(file.subarray(start, end)));
  const [, order, kind, digits] = /^([<>=|]?)([A-Za-z])(\d+)$/.exec(descr) ?? [];
  const name = `${kind}${digits}`;
  const dtype = Object.hasOwn(DTYPES, name) ? (DTYPES[name] as string) : '';
  const type = numberType(dtype);
  const isText = kind === 'U' || kind === 'S';
  if (type === undefined && !isText) throw unreadable(whatElse(descr));
  const size = type?.bytes ?? Number(digits) * (kind === 'U' ? 4 : 1);
  const count = sizeOf(shape);
  const bytes = file.subarray(end);
  if (bytes.length !== count * size) {
    throw unreadable(
      `its shape (${shape.join(', ')}) takes ${count * size} bytes, but it holds ${bytes.length}`,
    );
  }
  const isBig = order === '>';
  if (type === undefined) {
    if (shape.length === 0) throw unreadable('it is one text, not a list of tokens');
    if (shape.filter((length) => length !== 1).length > 1)
      throw unreadable(`its strings must be one list, got [${shape.join(', ')}]`);
    return { texts: readTexts(bytes, count, kind as string, isBig) };
  }
  const numbers = readNumbers(type, littleEndian(bytes, size, isBig), shape);
  return isFortran ? { ...numbers, data: fromColumns(numbers.data, shape) } : numbers;
}
