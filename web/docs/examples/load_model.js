import { load } from 'attention-head';

export async function example(print) {
  const core = await load();
  // Or a hub id, the URL of a folder or of a GGUF, dropped files, or bytes.
  const model = await core.loadModel('built-in', {
    onProgress: ({ loaded, total }) => loaded === total && print('loaded'),
  });
  // → loaded
  const { family, isCausal, predicts, numLayers, numHeads, headDim, hiddenSize, vocabSize, maxTokens } =
    model.info;
  print(family, isCausal, predicts, numLayers, numHeads, headDim, hiddenSize, vocabSize, maxTokens);
  // → llama true 4 4 32 128 2048 256
  print(model.memoryBytes > 0);
  // → true
  model.dispose();
}
