const WIDTH = 576;
const KEY_WIDTH = 192;
const INNER = 1536;
const LAYERS = 30;
const VOCABULARY = 49152;
/** Of the file, nearly all of it weights, which each token reads. */
const FILE_BYTES = 98_362_432;

/**
 * SmolLM2-135M in Q4_1 over a text: the next token, which transformers names (tests/golden/smollm2.py). The arithmetic
 * is that of the last token's logits alone.
 */
export function prefill(workload, host) {
  const { tokens } = workload;
  const matrices = 2 * WIDTH * WIDTH + 2 * WIDTH * KEY_WIDTH + 3 * WIDTH * INNER;
  return {
    ...workload,
    modelUrl: host.languageModelUrl,
    wideModelUrl: host.wideLanguageModelUrl,
    flops: LAYERS * (2 * tokens * matrices + 4 * tokens * tokens * WIDTH) + 2 * WIDTH * VOCABULARY,
    errorOf: ({ next }) => (next === workload.next ? 0 : Infinity),
  };
}

/** The tokens after such a text, one at a time, whatever they are. */
export function generate(workload, host) {
  return { ...prefill(workload, host), flops: undefined, bytes: FILE_BYTES * workload.count };
}

/** The model from its bytes, as far as it can be asked. */
export function open(workload, host) {
  return { ...workload, modelUrl: host.languageModelUrl };
}

/** MiniLM from its folder's files. */
export function openFolder(workload, host) {
  return {
    ...workload,
    modelUrl: host.modelUrl,
    names: ['config.json', 'tokenizer.json', 'model.safetensors'],
  };
}

/** A text read by the built-in model, every head's map taken out. */
export function builtIn(workload) {
  return workload;
}
