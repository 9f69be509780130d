// TensorFlow.js on its WebAssembly backend: a matMul a head, which is faster than a batched one.
import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

import { additiveMask, repeated } from '../problems/attend.mjs';

export async function start({ folderOf }) {
  if (folderOf !== undefined) setWasmPaths(`${folderOf('@tensorflow/tfjs-backend-wasm')}dist/`);
  setThreadsCount(1);
  await tf.setBackend('wasm');
}

/** softmax(scale · q kᵀ + mask) v of one head; q, k, v are [tokens, dim]. */
function attention(query, key, value, scale, mask) {
  const scaled = tf.mul(query, scale);
  const isOne = query.shape[0] === 1; // for more than one query its own transposeB is 10 times slower
  const scores = isOne ? tf.matMul(scaled, key, false, true) : tf.matMul(scaled, tf.transpose(key));
  const weights = tf.softmax(mask === undefined ? scores : tf.add(scores, mask));
  return { weights, output: tf.matMul(weights, value) };
}

/** Runs `work`, which gives lists of tensors by name, and reads them. `tidy` would search arrays that it returned. */
function reading(work) {
  return () => {
    const answer = {};
    tf.tidy(() => {
      for (const [name, tensors] of Object.entries(work())) {
        answer[name] = tensors.map((tensor) => tensor.dataSync());
      }
    });
    return answer;
  };
}

/** The heads of a tensor [heads, tokens, dim], each in the backend's memory. */
function headTensors({ data, shape }) {
  const [heads, ...own] = shape;
  const size = data.length / heads;
  return Array.from({ length: heads }, (_, head) =>
    tf.tensor(data.subarray(head * size, (head + 1) * size), own),
  );
}

export function attend(problem) {
  const { heads, scale, weights } = problem;
  const mask = additiveMask(problem);
  const maskTensor = mask && tf.tensor(mask.data, mask.shape);
  const inputs = [problem.query, repeated(problem.key, heads), repeated(problem.value, heads)];
  const [query, key, value] = inputs.map(headTensors);
  const run = reading(() => {
    const answers = query.map((own, head) => attention(own, key[head], value[head], scale, maskTensor));
    const outputs = { output: answers.map(({ output }) => output) };
    if (weights) outputs.weights = answers.map((answer) => answer.weights);
    return outputs;
  });
  return { 'TensorFlow.js': run };
}

export function layer({ x, wQ, wK, wV, wO, heads, scale }) {
  const [input, ...weights] = [x, wQ, wK, wV, wO].map(({ data, shape }) => tf.tensor(data, shape));
  const [queryWeights, keyWeights, valueWeights, outputWeights] = weights;
  const run = reading(() => {
    const [query, key, value] = [queryWeights, keyWeights, valueWeights].map((matrix) =>
      tf.split(tf.matMul(input, matrix), heads, 1),
    );
    const outputs = query.map((own, head) => attention(own, key[head], value[head], scale).output);
    return { output: [tf.matMul(tf.concat(outputs, 1), outputWeights)] };
  });
  return { 'TensorFlow.js': run };
}
