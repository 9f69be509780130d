let core;

export async function start({ load, variant }) {
  core = await load({ variant });
}

export function attend(problem) {
  const { query, key, value, causal, window, weights } = problem;
  const options = {
    isCausal: causal,
    slidingWindow: window === null ? null : [window - 1, 0],
    taps: weights ? ['weights'] : [],
  };
  const resident = { query: core.tensor(query), key: core.tensor(key), value: core.tensor(value) };
  const out = { output: new Float32Array(query.data.length) };
  if (weights) out.weights = new Float32Array(problem.heads * problem.queries * problem.keys);
  const answer = ({ output, taps }) => ({ output: output.data, weights: taps.weights?.data });
  return {
    ours: () => answer(core.attend({ ...resident, ...options, out })),
    'ours, fresh arrays': () => answer(core.attend({ query, key, value, ...options })),
  };
}

export function layer(problem) {
  const { x, wQ, wK, wV, wO, heads } = problem;
  const ownLayer = core.createLayer({ wQ, wK, wV, wO, numHeads: heads });
  const resident = core.tensor(x);
  const answer = ({ output }) => ({ output: output.data });
  return {
    ours: () => answer(ownLayer.forward(resident)),
    'ours, fresh arrays': () => answer(ownLayer.forward(x)),
  };
}
