import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  const model = await core.loadModel('built-in');
  const run = model.run('The cat sat');
  const bytes = run.toTrace(); // a safetensors file, for a page that has no model
  const trace = await core.openTrace(bytes);
  print(
    trace.text,
    trace.model === run.model,
    trace.numLayers,
    trace.numHeads,
    trace.numKvHeads,
    trace.headDim,
  );
  // → The cat sat true 4 4 4 32
  print(trace.tokens.length, trace.truncated, trace.names, trace.keyTokens);
  // → 4 false undefined undefined
  const [traced, own] = [trace, run].map((source) => source.tap('weights', { layer: 1, head: 1 }).data);
  print(traced.every((weight, i) => Math.abs(weight - own[i]) < 0.001));
  // → true
  print(
    trace.paint({ layer: 1, head: 1, width: 8, height: 8 }).width,
    trace.mechanism.isCausal,
    trace.mechanismOf(1).softcap,
  );
  // → 8 true 0
  // Half precision was enough, or it says why not.
  print(trace.precision.split(':')[0]);
  // → float16
  trace.dispose();
}
