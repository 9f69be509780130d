// ONNX Runtime Web. Its inputs are copied in at every run, its outputs are fresh.
import * as ort from 'onnxruntime-web/wasm';

import { OnnxGraph } from '../graphs/onnx.mjs';
import { additiveMask, repeated } from '../problems/attend.mjs';

export function start({ folderOf }) {
  ort.env.wasm.numThreads = 1;
  if (folderOf !== undefined) ort.env.wasm.wasmPaths = `${folderOf('onnxruntime-web')}dist/`;
}

/** A session of the graph that computes the named outputs { value, shape } from the named inputs. */
async function runner(graph, outputs, inputs) {
  const session = await ort.InferenceSession.create(graph.bytes(Object.values(outputs)), {
    executionProviders: ['wasm'],
  });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { data, shape }]) => [name, new ort.Tensor('float32', data, shape)]),
  );
  return async () => {
    const results = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { value }]) => [name, results[value].data]),
    );
  };
}

export async function attend(problem) {
  const { heads, queries, keys, dim, query, key, value, scale, weights } = problem;
  const mask = additiveMask(problem);
  const inputs = { query, key: repeated(key, heads), value: repeated(value, heads) };
  if (mask !== undefined) inputs.mask = mask;
  const graph = new OnnxGraph();
  for (const [name, { shape }] of Object.entries(inputs)) graph.input(name, shape);
  const scores = graph.scaledMatMulTransposed('query', 'key', scale);
  const map = graph.softmax(mask === undefined ? scores : graph.add(scores, 'mask'));
  const outputs = { output: { value: graph.matMul(map, 'value'), shape: [heads, queries, dim] } };
  if (weights) outputs.weights = { value: map, shape: [heads, queries, keys] };
  return { 'ONNX Runtime Web': await runner(graph, outputs, inputs) };
}

export async function layer(problem) {
  const { heads, x, wQ, wK, wV, wO } = problem;
  const shape = [1, ...x.shape];
  const graph = new OnnxGraph();
  graph.input('x', shape);
  const projected = [wQ, wK, wV].map((weights) => graph.matMul('x', graph.constant(weights)));
  const joined = graph.multiHeadAttention(...projected, heads);
  const outputs = { output: { value: graph.matMul(joined, graph.constant(wO)), shape } };
  return { 'ONNX Runtime Web': await runner(graph, outputs, { x: { data: x.data, shape } }) };
}

/** MiniLM with every head's map, or only its last hidden state. */
async function bert({ ids, layers, modelUrl }, withMaps) {
  const response = await fetch(`${modelUrl}attentions.onnx`);
  if (!response.ok) throw new Error('its export is missing: tests/bench/README.md says how it is made');
  const session = await ort.InferenceSession.create(new Uint8Array(await response.arrayBuffer()), {
    executionProviders: ['wasm'],
  });
  const feeds = { input_ids: new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]) };
  const maps = withMaps ? Array.from({ length: layers }, (_, layer) => `attention_${layer}`) : [];
  const run = async () => {
    const results = await session.run(feeds, ['last_hidden_state', ...maps]);
    const answer = { output: results.last_hidden_state.data };
    if (withMaps) answer.weights = maps.map((name) => results[name].data);
    return answer;
  };
  return { [withMaps ? 'ONNX Runtime Web' : 'ONNX Runtime Web, its forward pass alone']: run };
}

export function minilm(problem) {
  return bert(problem, true);
}

export function typing(problem) {
  return bert(problem, false);
}
