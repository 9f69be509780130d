import { measureBandwidth } from './bandwidth.mjs';
import { contest } from './contest.mjs';
import * as problems from './problems/index.mjs';
import { measureRoof } from './roof.mjs';

const PEERS = {
  ours: () => import('./peers/ours.mjs'),
  litert: () => import('./peers/litert.mjs'),
  onnxruntime: () => import('./peers/onnxruntime.mjs'),
  jax: () => import('./peers/jax.mjs'),
  tfjs: () => import('./peers/tfjs.mjs'),
  colour_table: () => import('./peers/colour_table.mjs'),
  wllama: () => import('./peers/wllama.mjs'),
  wllama_wide: () => import('./peers/wllama_wide.mjs'),
};

/** One workload, by us and by every peer that knows its kind, on a host (where its own file says what that is). */
export async function solve(workload, peers, host) {
  const problem = await problems[workload.kind](workload, host);
  const contenders = {};
  const failed = [];
  for (const name of ['ours', ...peers]) {
    try {
      const peer = await PEERS[name]();
      if (peer[workload.kind] === undefined) continue;
      const started = await peer.start(host);
      Object.assign(contenders, await peer[workload.kind](problem, started));
    } catch (error) {
      failed.push({ name, failure: String(error?.message ?? error) });
    }
  }
  const roof = await measureRoof(host.variant);
  const bandwidth = problem.bytes === undefined ? undefined : measureBandwidth();
  const results = await contest(problem, contenders);
  return { roof, bandwidth, bytes: problem.bytes, flops: problem.flops, results: [...results, ...failed] };
}
