import { Wllama } from '@wllama/wllama';

let folder;

export function start({ folderOf }) {
  folder = new URL(folderOf('@wllama/wllama'), location.href).href;
}

async function fetchModel(modelUrl) {
  const response = await fetch(modelUrl);
  if (!response.ok) throw new Error(`${modelUrl} answered with status ${response.status}`);
  return response.blob();
}

/** llama.cpp with the model, on one thread. */
async function load(blob) {
  const wllama = new Wllama(
    { 'single-thread/wllama.wasm': `${folder}esm/single-thread/wllama.wasm` },
    { suppressNativeLog: true },
  );
  await wllama.loadModel([blob], { n_ctx: 2048, n_batch: 512, n_threads: 1 });
  await wllama.samplingInit({ temp: 0, top_k: 1 });
  return wllama;
}

export async function open({ modelUrl }) {
  const blob = await fetchModel(modelUrl);
  return {
    wllama: async () => {
      const wllama = await load(blob);
      await wllama.exit();
    },
  };
}

/** By its sampler, which is faster than asking for the likeliest logit. */
async function likeliest(wllama) {
  const { token } = await wllama.samplingSample();
  return token;
}

export async function prefill({ modelUrl, ids }) {
  const wllama = await load(await fetchModel(modelUrl));
  return {
    wllama: async () => {
      await wllama.kvClear();
      await wllama.decode(ids, {});
      return { next: await likeliest(wllama) };
    },
  };
}

export async function generate({ modelUrl, ids, next, count }) {
  const wllama = await load(await fetchModel(modelUrl));
  await wllama.decode(ids, {});
  if ((await likeliest(wllama)) !== next) throw new Error('the next token is wrong');
  return {
    wllama: async () => {
      for (let i = 0; i < count; ++i) await wllama.decode([await likeliest(wllama)], {});
    },
  };
}
