import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const model = await core.loadModel('built-in');
  const circuits = model.circuits(); // from the weights alone
  const [head] = circuits.heads(1);
  print(head.copyingScore > 0.5, head.qkSingularValues.length, head.ovSingularValues.length);
  // → true 32 32
  print(circuits.composition('key', { earlier: 0, later: 1 }).shape);
  // → 4,4
  circuits.dispose();
}
