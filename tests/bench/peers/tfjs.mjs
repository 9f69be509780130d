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
  const scores = tf.matMul(tf.mul(query, scale), key, false, true);
  const weights = tf.softmax(mask === undefined ? scores : tf.add(scores, mask));
  return { weights, output: tf.matMul(weights, value) };
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
  const run = () =>
    tf.tidy(() => {
      const answers = query.map((own, head) => attention(own, key[head], value[head], scale, maskTensor));
      return {
        output: answers.map(({ output }) => output.dataSync()),
        weights: weights ? answers.map((answer) => answer.weights.dataSync()) : undefined,
      };
    });
  return { 'TensorFlow.js': run };
}

export function layer({ x, wQ, wK, wV, wO, heads, scale }) {
  const [input, ...weights] = [x, wQ, wK, wV, wO].map(({ data, shape }) => tf.tensor(data, shape));
  const [queryWeights, keyWeights, valueWeights, outputWeights] = weights;
  const run = () =>
    tf.tidy(() => {
      const [query, key, value] = [queryWeights, keyWeights, valueWeights].map((matrix) =>
        tf.split(tf.matMul(input, matrix), heads, 1),
      );
      const outputs = query.map((own, head) => attention(own, key[head], value[head], scale).output);
      return { output: tf.matMul(tf.concat(outputs, 1), outputWeights).dataSync() };
    });
  return { 'TensorFlow.js': run };
}
