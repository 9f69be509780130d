/** Numbers of two bytes as single precision, by way of its bits: half precision (IEEE 754 binary16), and bfloat16. */

/** The exponents of singles count from 112 lower, of subnormals too. */
const REBIAS = 2 ** 112;

/** The numbers that halves stand for. */
export function fromHalves(halves: Uint16Array): Float32Array {
  const numbers = new Float32Array(halves.length);
  const patterns = new Uint32Array(numbers.buffer);
  for (let i = 0; i < halves.length; ++i) {
    const half = halves[i] as number;
    const sign = (half & 0x8000) << 16;
    if ((half & 0x7c00) === 0x7c00) patterns[i] = sign | 0x7f800000 | ((half & 0x3ff) << 13);
    else {
      patterns[i] = sign | ((half & 0x7fff) << 13);
      (numbers[i] as number) *= REBIAS;
    }
  }
  return numbers;
}

/** The numbers that bfloat16s stand for: the upper halves of singles. */
export function fromBfloats(upper: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(upper, (half) => half << 16).buffer);
}
