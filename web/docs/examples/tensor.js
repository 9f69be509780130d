import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const data = Float32Array.from({ length: 4 * 64 * 16 }, (_, i) => Math.sin(i));
  const keys = core.tensor({ data, shape: [4, 64, 16] }); // stays in the core's memory
  const query = { data: data.slice(0, 4 * 16), shape: [4, 1, 16] };
  const out = { output: new Float32Array(4 * 16) }; // filled anew by every call
  for (let step = 0; step < 3; ++step) core.attend({ query, key: keys, value: keys, out });
  print(keys.shape, out.output.length);
  // → 4,64,16 64
  keys.dispose();
}
