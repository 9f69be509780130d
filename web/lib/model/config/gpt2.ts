import { Family, PLAIN_CONFIG, type ReadModel } from '../model_config.js';
import type { JsonConfig } from './json_config.js';
import { noWindows, readNumLayers } from './windows.js';

/** GPT-2 (Radford et al. 2019). */
export function readGpt2Config(json: JsonConfig): ReadModel {
  json.refuseUnless({ scale_attn_by_inverse_layer_idx: false });
  const hiddenSize = json.number('n_embd');
  const numHeads = json.number('n_head');
  const numLayers = readNumLayers(json, 'n_layer');
  const headDim = hiddenSize / numHeads;
  return {
    config: {
      ...PLAIN_CONFIG,
      family: Family.gpt2,
      vocabSize: json.number('vocab_size'),
      hiddenSize,
      numLayers,
      numHeads,
      numKvHeads: numHeads,
      headDim,
      intermediateSize: json.number('n_inner', 4 * hiddenSize),
      maxPositions: json.number('n_positions'),
      normEps: json.number('layer_norm_epsilon'),
      activation: json.activation('activation_function'),
      attentionScale: json.boolean('scale_attn_weights') ? 1 / Math.sqrt(headDim) : 1,
      tiedEmbeddings: json.boolean('tie_word_embeddings'),
      isCausal: json.boolean('is_causal', true),
      qkvBias: true,
      attentionOutputBias: true,
      feedForwardBias: true,
    },
    windowedLayers: noWindows(numLayers),
  };
}
