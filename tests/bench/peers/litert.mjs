// LiteRT.js (XNNPACK), which runs .tflite graphs. Its inputs stay in its memory.
import { loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';

import { TfliteGraph } from '../graphs/tflite.mjs';
import { additiveMask, repeated } from '../problems/attend.mjs';

export async function start({ folderOf, variant }) {
  const folder = `${folderOf('@litertjs/core')}wasm/`;
  await loadLiteRt(variant === 'simd' ? `${folder}litert_wasm_compat_internal.js` : folder);
}

/** softmax(scale · q kᵀ + mask) v as tensors of the graph; q, k, v are [1, heads, tokens, dim]. */
function attention(graph, [query, key, value], scale, mask) {
  const scaled = graph.multiply(query, graph.constant(Float32Array.of(scale), [1]));
  const scores = graph.batchMatMul(scaled, key, true);
  const weights = graph.softmax(mask === undefined ? scores : graph.add(scores, mask));
  return { weights, output: graph.batchMatMul(weights, value) };
}

/** Compiles the graph of the named outputs, and puts its inputs where it runs. */
async function runner(graph, outputs, inputs) {
  const names = Object.keys(outputs);
  const model = await loadAndCompile(graph.bytes(Object.values(outputs)), {
    accelerator: 'wasm',
    cpuOptions: { numThreads: 1 },
  });
  const resident = inputs.map(({ data, shape }) => new Tensor(data, shape));
  return async () => {
    const results = await model.run(resident);
    const arrays = results.map((tensor) => {
      const array = tensor.toTypedArray();
      tensor.delete();
      return array;
    });
    return Object.fromEntries(names.map((name, i) => [name, arrays[i]]));
  };
}

export async function attend(problem) {
  const { heads, query, key, value, scale, weights } = problem;
  const mask = additiveMask(problem);
  const batched = ({ data, shape }) => ({ data, shape: [1, ...shape] });
  const inputs = [query, repeated(key, heads), repeated(value, heads)].map(batched);
  if (mask !== undefined) inputs.push(batched({ ...mask, shape: [1, ...mask.shape] }));
  const graph = new TfliteGraph();
  const [q, k, v, m] = inputs.map(({ shape }) => graph.input(shape));
  const result = attention(graph, [q, k, v], scale, m);
  const outputs = weights ? result : { output: result.output };
  return { 'LiteRT.js': await runner(graph, outputs, inputs) };
}

export async function layer(problem) {
  const { tokens, heads, dim, width, x, wQ, wK, wV, wO, scale } = problem;
  const graph = new TfliteGraph();
  const input = graph.input(x.shape);
  const project = (from, { data }) =>
    graph.fullyConnected(from, graph.constant(transposed(data, width), [width, width]));
  const projected = [wQ, wK, wV].map((weights) => {
    const split = graph.reshape(project(input, weights), [1, tokens, heads, dim]);
    return graph.transpose(split, [0, 2, 1, 3]);
  });
  const { output } = attention(graph, projected, scale);
  const joined = graph.reshape(graph.transpose(output, [0, 2, 1, 3]), [tokens, width]);
  return { 'LiteRT.js': await runner(graph, { output: project(joined, wO) }, [x]) };
}

function transposed(matrix, columns) {
  const rows = matrix.length / columns;
  return Float32Array.from(matrix, (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]);
}
