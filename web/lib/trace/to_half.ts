/** Half precision (IEEE 754 binary16), by way of single precision's bits. */

const bits = new Uint32Array(1);
const single = new Float32Array(bits.buffer);

/** The half nearest to a single, ties to even; infinity beyond 65504. */
export function toHalf(value: number): number {
  single[0] = value;
  const pattern = bits[0] as number;
  const sign = (pattern >>> 16) & 0x8000;
  const magnitude = pattern & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  // Subnormal halves are whole multiples of 2^-24.
  single[0] = Math.abs(value) * 2 ** 24 + 2 ** 23;
  return sign | ((bits[0] as number) & 0x7fffff);
}
