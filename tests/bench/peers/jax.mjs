// jax-js on its WebAssembly backend. Its arrays stay in its memory, and are given away unless `ref` is taken.
import { init, jit, nn, numpy as np } from '@jax-js/jax';

import { additiveMask, repeated } from '../problems/attend.mjs';

export async function start() {
  await init('wasm');
}

const array = ({ data, shape }) => np.array(data, { shape });

/** [heads, tokens, dim] as [tokens, heads, dim], the order that its own attention takes. */
function tokensFirst({ data, shape }) {
  return np.transpose(array({ data, shape }), [1, 0, 2]);
}

/** Runs a compiled function on arrays that are kept. */
function runner(work, names, arrays) {
  const compiled = jit(work);
  return async () => {
    const results = compiled(...arrays.map((array) => array.ref));
    const answer = {};
    for (const [i, name] of names.entries()) answer[name] = await results[i].data();
    return answer;
  };
}

export function attend(problem) {
  return { 'jax-js': problem.weights ? withWeights(problem) : ownAttention(problem) };
}

function ownAttention({ query, key, value, heads, causal, window }) {
  const options = {
    isCausal: causal,
    localWindowSize: window === null ? undefined : [window - 1, 0],
  };
  const arrays = [query, repeated(key, heads), repeated(value, heads)].map(tokensFirst);
  return runner(
    (q, k, v) => [np.transpose(nn.dotProductAttention(q, k, v, options), [1, 0, 2])],
    ['output'],
    arrays,
  );
}

function withWeights(problem) {
  const { query, key, value, scale } = problem;
  const mask = additiveMask(problem);
  return runner(
    (q, k, v, ...masks) => {
      const scores = np.einsum('hqd,hkd->hqk', q, k).mul(scale);
      const weights = nn.softmax(mask === undefined ? scores : scores.add(masks[0]), -1);
      return [weights.ref, np.matmul(weights, v)];
    },
    ['weights', 'output'],
    [query, key, value, ...(mask === undefined ? [] : [mask])].map(array),
  );
}

export function layer({ x, wQ, wK, wV, wO, tokens, heads, dim, width }) {
  const work = (x, wQ, wK, wV, wO) => {
    const split = (weights) => np.matmul(x.ref, weights).reshape([tokens, heads, dim]);
    const joined = nn.dotProductAttention(split(wQ), split(wK), split(wV)).reshape([tokens, width]);
    x.dispose();
    return [np.matmul(joined, wO)];
  };
  return { 'jax-js': runner(work, ['output'], [x, wQ, wK, wV, wO].map(array)) };
}
