// What the processor can do at most: a WebAssembly loop of nothing but SIMD multiply-adds.

const ACCUMULATORS = 10; // hides the latency of a multiply and an add, and fits the registers
const ITERATIONS = 1_000_000;
const V128 = 0x7b;
const I32 = 0x7f;
const F32 = 0x7d;

const localGet = (index) => [0x20, index];
const localSet = (index) => [0x21, index];
const f32Const = (value) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
const splat = [0xfd, 0x13];
const extractFirstLane = [0xfd, 0x1f, 0];
const add = [0xfd, 0xe4, 0x01];
const multiply = [0xfd, 0xe6, 0x01];
const relaxedMultiplyAdd = [0xfd, 0x85, 0x02];

/** Small numbers only: LEB128 of up to two bytes. */
const leb = (number) => (number < 128 ? [number] : [(number & 127) | 128, number >> 7]);
const section = (id, content) => [id, ...leb(content.length), ...content];

/** A module whose function `run(iterations)` does ACCUMULATORS × 8 floating-point operations an iteration. */
function program(relaxed) {
  const iterations = 0;
  const [factor, term, firstAccumulator] = [1, 2, 3];
  const accumulators = Array.from({ length: ACCUMULATORS }, (_, i) => firstAccumulator + i);
  const set = (local, value) => [...f32Const(value), ...splat, ...localSet(local)];
  const step = (accumulator) => [
    ...localGet(accumulator),
    ...localGet(factor),
    ...(relaxed ? [] : multiply),
    ...localGet(term),
    ...(relaxed ? relaxedMultiplyAdd : add),
    ...localSet(accumulator),
  ];
  const code = [
    ...[1, 2 + ACCUMULATORS, V128], // locals
    ...set(factor, 0.999),
    ...set(term, 0.001),
    ...[0x03, 0x40], // loop
    ...accumulators.flatMap(step),
    ...[...localGet(iterations), 0x41, 1, 0x6b, 0x22, iterations], // iterations -= 1
    ...[0x0d, 0, 0x0b], // again unless 0; end of the loop
    ...localGet(firstAccumulator),
    ...accumulators.slice(1).flatMap((accumulator) => [...localGet(accumulator), ...add]),
    ...extractFirstLane,
    0x0b,
  ];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, I32, 1, F32]),
    ...section(3, [1, 0]),
    ...section(7, [1, 3, ...new TextEncoder().encode('run'), 0, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
}

/** The GFLOP/s of the loop at its best, with the instructions of the given variant. */
export async function measureRoof(variant) {
  const { instance } = await WebAssembly.instantiate(program(variant === 'relaxed'));
  let best = Infinity;
  for (let i = 0; i < 30; ++i) {
    const start = performance.now();
    instance.exports.run(ITERATIONS);
    best = Math.min(best, performance.now() - start);
  }
  return (ITERATIONS * ACCUMULATORS * 8) / best / 1e6;
}
