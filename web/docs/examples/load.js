import { load } from 'attention-head';

export async function example(print) {
  const core = await load({ variant: 'simd' });
  print(core.variant);
  // → simd
  print(core.version.split('.').length, core.memoryBytes > 0);
  // → 3 true
}
