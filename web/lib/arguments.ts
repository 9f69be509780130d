import { AttentionError } from './errors.js';

/** How a wrong value is said in an error. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number' || typeof value === 'boolean' || value === undefined) return String(value);
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (Array.isArray(value)) {
    const items = value.slice(0, 8).map((item) => (Array.isArray(item) ? '[…]' : describe(item)));
    return `[${items.join(', ')}]`;
  }
  if (typeof value === 'object') {
    const name: unknown = value.constructor?.name;
    return typeof name === 'string' ? name : 'an object';
  }
  return `a ${typeof value}`;
}

export function wrong(name: string, expected: string, value: unknown): AttentionError {
  return new AttentionError('invalid-argument', `${name} must be ${expected}, got ${describe(value)}.`);
}

interface ArrayKinds {
  Float32Array: Float32Array;
  Int32Array: Int32Array;
  Uint8Array: Uint8Array;
}

/** Whether a value is an array of that kind, of whichever realm: an iframe or a test runner has classes of its own. */
export function isArrayOf<Kind extends keyof ArrayKinds>(
  kind: Kind,
  value: unknown,
): value is ArrayKinds[Kind] {
  return ArrayBuffer.isView(value) && (value as ArrayKinds[Kind])[Symbol.toStringTag] === kind;
}

/** Whether a value is a buffer of bytes, of whichever realm. */
export function isBuffer(value: unknown): value is ArrayBuffer | SharedArrayBuffer {
  return /^\[object (Shared)?ArrayBuffer]$/.test(Object.prototype.toString.call(value));
}

/** Refuses anything but an object whose keys are all among `known`. */
export function requireKnownOptions(name: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw wrong(`${name}'s options`, 'an object', options);
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    throw new AttentionError('unknown-option', `${name} has no option "${key}"; it has ${known.join(', ')}.`);
  }
}

export function requireInteger(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw wrong(name, `an integer from ${least} to ${most}`, value);
}

export function requireNumber(name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  throw wrong(name, 'a number', value);
}

export function requireBoolean(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw wrong(name, 'true or false', value);
}

export function requireShape(name: string, shape: unknown): readonly number[] {
  const whole = (size: unknown) => Number.isSafeInteger(size) && (size as number) >= 0;
  if (Array.isArray(shape) && shape.every(whole)) return shape as number[];
  throw wrong(`${name}.shape`, 'an array of whole numbers', shape);
}

export function requireLength(name: string, length: number, shape: readonly number[]): void {
  const expected = shape.reduce((product, size) => product * size, 1);
  if (length === expected) return;
  throw new AttentionError(
    'invalid-argument',
    `${name}.data must hold ${expected} elements for shape [${shape.join(', ')}], got ${length}.`,
  );
}

export function requireFloats(name: string, value: unknown, length: number): Float32Array {
  const isFloats = isArrayOf('Float32Array', value);
  if (isFloats && value.length === length) return value;
  throw wrong(
    name,
    `a Float32Array of ${length}`,
    isFloats ? `Float32Array of ${(value as Float32Array).length}` : value,
  );
}

export function requireIds(ids: unknown): asserts ids is readonly number[] {
  if (!Array.isArray(ids)) throw wrong('text', 'a string, two strings or an array of token ids', ids);
  ids.forEach((id: unknown, i) => {
    if (!Number.isInteger(id)) throw wrong(`ids[${i}]`, 'a whole number', id);
  });
}
