/** Half precision (IEEE 754 binary16) and back, by way of single precision's bits. */

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

/** The number that a half stands for. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
