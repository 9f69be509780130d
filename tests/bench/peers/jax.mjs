// jax-js on its WebAssembly backend. Its arrays stay in its memory, and are given away unless `ref` is taken.
import { init, jit, nn, numpy as np } from '@jax-js/jax';

import { additiveMask, repeated } from '../problems/attend.mjs';

export async function start() {
  await init('wasm');
}

const array = ({ data, shape }) => np.array(data, { shape });

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

/** Written out, which is a little faster than its `dotProductAttention` and gives the weights where they are asked for. */
export function attend(problem) {
  const { heads, query, key, value, scale, weights } = problem;
  const mask = additiveMask(problem);
  const inputs = [query, repeated(key, heads), repeated(value, heads)];
  if (mask !== undefined) inputs.push(mask);
  const work = (q, k, v, m) => {
    const scores = np.einsum('hqd,hkd->hqk', q, k).mul(scale);
    const map = nn.softmax(m === undefined ? scores : scores.add(m), -1);
    return weights ? [np.matmul(map.ref, v), map] : [np.matmul(map, v)];
  };
  const names = weights ? ['output', 'weights'] : ['output'];
  return { 'jax-js': runner(work, names, inputs.map(array)) };
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
