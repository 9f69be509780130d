// llama.cpp with the same weights as 32-bit floats, which is faster and takes five times the memory.
import { generate as generateFrom, prefill as prefillFrom } from './wllama.mjs';

export { start } from './wllama.mjs';

function renamed({ wllama }) {
  return { 'wllama, F32 file': wllama };
}

export async function prefill(problem) {
  return renamed(await prefillFrom({ ...problem, modelUrl: problem.wideModelUrl }));
}

export async function generate(problem) {
  return renamed(await generateFrom({ ...problem, modelUrl: problem.wideModelUrl }));
}
