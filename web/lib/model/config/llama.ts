import { Family, MOST_HEAD_DIM, PLAIN_CONFIG, type ModelConfig, type ReadModel } from '../model_config.js';
import type { JsonConfig } from './json_config.js';
import { readRope } from './rope.js';
import { readNumLayers, readWindow, readWindowedLayers } from './windows.js';

/** Norms of other families, by keys that the classes of these pass over. */
const OTHER_NORMS = ['layer_norm_eps', 'layer_norm_epsilon', 'norm_epsilon', 'norm_eps'];

/** How wide a head is. */
export function readHeadDim(json: JsonConfig, otherwise?: number): number {
  return json.size('head_dim', MOST_HEAD_DIM, otherwise);
}

/** What every family that follows Llama says by the same keys, and what one has of its own. */
export function readLlamaLike(json: JsonConfig, family: Family, own: Partial<ModelConfig>): ModelConfig {
  json.ignore(...OTHER_NORMS);
  const hiddenSize = json.number('hidden_size');
  const numHeads = json.number('num_attention_heads');
  const headDim = readHeadDim(json, Math.floor(hiddenSize / numHeads));
  const rope = own.rope ?? readRope(json, headDim);
  return {
    ...PLAIN_CONFIG,
    family,
    vocabSize: json.number('vocab_size'),
    hiddenSize,
    numLayers: readNumLayers(json, 'num_hidden_layers'),
    numHeads,
    numKvHeads: json.number('num_key_value_heads', numHeads),
    headDim,
    intermediateSize: json.number('intermediate_size'),
    maxPositions: json.number('max_position_embeddings'),
    normEps: json.number('rms_norm_eps'),
    activation: own.activation ?? json.activation('hidden_act'),
    tiedEmbeddings: json.boolean('tie_word_embeddings'),
    attentionScale: 1 / Math.sqrt(headDim),
    isCausal: json.boolean('is_causal', true),
    ropeDims: headDim,
    rope,
    localRope: rope,
    ...own,
  };
}

/** Llama (Touvron et al. 2023). */
export function readLlamaConfig(json: JsonConfig): ReadModel {
  const hasBias = json.boolean('attention_bias');
  const config = readLlamaLike(json, Family.llama, {
    qkvBias: hasBias,
    attentionOutputBias: hasBias,
    feedForwardBias: json.boolean('mlp_bias'),
  });
  json.ignore('max_window_layers');
  return { config, windowedLayers: readWindowedLayers(json, config.numLayers, 0, () => false) };
}

/**
 * Mistral (Jiang et al. 2023): Llama, whose layers may all have a window; with `layer_types` it is taken as Ministral,
 * of which some have.
 */
export function readMistralConfig(json: JsonConfig): ReadModel {
  json.refuseUnless({ attention_bias: false, mlp_bias: false });
  const slidingWindow = readWindow(json);
  const config = readLlamaLike(json, Family.llama, { slidingWindow });
  json.ignore('max_window_layers');
  const isWindowed = () => slidingWindow > 0;
  return { config, windowedLayers: readWindowedLayers(json, config.numLayers, slidingWindow, isWindowed) };
}
