import { Family, PLAIN_CONFIG, type ModelConfig, type ReadConfig } from '../model_config.js';
import { readWindow, readWindowedLayers, type JsonConfig } from './json_config.js';
import { readRope } from './rope.js';

/** What every family that follows Llama says by the same keys, and what one has of its own. */
export function readLlamaLike(config: JsonConfig, family: Family, own: Partial<ModelConfig>): ModelConfig {
  config.refuseUnless({ pretraining_tp: 1, quantization_config: undefined });
  const hiddenSize = config.number('hidden_size');
  const numHeads = config.number('num_attention_heads');
  const headDim = own.headDim ?? config.number('head_dim', hiddenSize / numHeads);
  const rope = own.rope ?? readRope(config, headDim);
  return {
    ...PLAIN_CONFIG,
    family,
    vocabSize: config.number('vocab_size'),
    hiddenSize,
    numLayers: config.number('num_hidden_layers'),
    numHeads,
    numKvHeads: config.number('num_key_value_heads', numHeads),
    headDim,
    intermediateSize: config.number('intermediate_size'),
    maxPositions: config.number('max_position_embeddings'),
    normEps: config.number('rms_norm_eps', 1e-6),
    activation: config.activation('hidden_act', 'silu'),
    tiedEmbeddings: config.boolean('tie_word_embeddings', false),
    attentionScale: 1 / Math.sqrt(headDim),
    isCausal: config.boolean('is_causal', true),
    ropeDims: headDim,
    rope,
    localRope: rope,
    ...own,
  };
}

/** Llama (Touvron et al. 2023). */
export function readLlamaConfig(json: JsonConfig): ReadConfig {
  const hasBias = json.boolean('attention_bias', false);
  const config = readLlamaLike(json, Family.llama, {
    qkvBias: hasBias,
    attentionOutputBias: hasBias,
    feedForwardBias: json.boolean('mlp_bias', false),
  });
  const windowedLayers = Array.from({ length: config.numLayers }, () => false);
  return { config, windowedLayers, unreadKeys: [], assumptions: [] };
}

/** Mistral (Jiang et al. 2023): Llama, whose layers may all have a window. */
export function readMistralConfig(json: JsonConfig): ReadConfig {
  const slidingWindow = readWindow(json, json.number('sliding_window', 0));
  const config = readLlamaLike(json, Family.llama, { slidingWindow });
  const windowedLayers = readWindowedLayers(json, config.numLayers, () => slidingWindow > 0);
  return { config, windowedLayers, unreadKeys: [], assumptions: [] };
}
