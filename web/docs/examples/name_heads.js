import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const model = await core.loadModel('built-in');
  const { heads, probe } = await model.nameHeads();
  const named = heads.filter(({ pattern }) => pattern === 'induction');
  print(named.length, named[0].name, named[0].share > 0.6);
  // → 2 induction true
  print(probe.startsWith('50 random tokens'));
  // → true
}
