import { Family, PLAIN_CONFIG, type ReadConfig } from '../model_config.js';
import type { JsonConfig } from './json_config.js';

/** GPT-2 (Radford et al. 2019). */
export function readGpt2Config(config: JsonConfig): ReadConfig {
  config.refuseUnless({
    add_cross_attention: false,
    scale_attn_by_inverse_layer_idx: false,
    reorder_and_upcast_attn: false,
  });
  const hiddenSize = config.number('n_embd');
  const numHeads = config.number('n_head');
  const numLayers = config.number('n_layer');
  const headDim = hiddenSize / numHeads;
  return {
    config: {
      ...PLAIN_CONFIG,
      family: Family.gpt2,
      vocabSize: config.number('vocab_size'),
      hiddenSize,
      numLayers,
      numHeads,
      numKvHeads: numHeads,
      headDim,
      intermediateSize: config.number('n_inner', 4 * hiddenSize),
      maxPositions: config.number('n_positions'),
      normEps: config.number('layer_norm_epsilon', 1e-5),
      activation: config.activation('activation_function', 'gelu_new'),
      attentionScale: config.boolean('scale_attn_weights', true) ? 1 / Math.sqrt(headDim) : 1,
      tiedEmbeddings: config.boolean('tie_word_embeddings', true),
      isCausal: config.boolean('is_causal', true),
      qkvBias: true,
      attentionOutputBias: true,
      feedForwardBias: true,
    },
    windowedLayers: Array.from({ length: numLayers }, () => false),
    unreadKeys: [],
    assumptions: [],
  };
}
