import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  // Or a hub id, the URL of a folder or of a GGUF, dropped files, or bytes.
  let last;
  const model = await core.loadModel('built-in', { onProgress: (progress) => (last = progress) });
  print(last.loaded > 1e6, last.memoryBytes > last.loaded);
  // → true true
  const { family, isCausal, predicts, numLayers, numHeads, headDim, hiddenSize, vocabSize, maxTokens } =
    model.info;
  print(family, isCausal, predicts, numLayers, numHeads, headDim, hiddenSize, vocabSize, maxTokens);
  // → llama true true 4 4 32 128 2048 256
  print(model.memoryBytes > 0);
  // → true
  model.dispose();
}
