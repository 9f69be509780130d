import { AttentionError, load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const tensor = { data: new Float32Array(6), shape: [1, 3, 2] };
  try {
    core.attend({ query: tensor, key: tensor, value: tensor, sofcap: 20 });
  } catch (error) {
    print(error instanceof AttentionError, error.code);
    // → true unknown-option
  }
  print(core.attend({ query: tensor, key: tensor, value: tensor }).output.shape); // it works on
  // → 1,3,2
}
