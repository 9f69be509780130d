import { Family, type ModelConfig, type ReadConfig } from '../model_config.js';
import { readWindow, readWindowedLayers, type JsonConfig } from './json_config.js';
import { readLlamaLike } from './llama.js';
import { readRopeOfKinds } from './rope.js';

const HEAD_DIM = 256;

function readGemma(json: JsonConfig, family: Family, own: Partial<ModelConfig>): ModelConfig {
  json.refuseUnless({ use_bidirectional_attention: false });
  const hasBias = json.boolean('attention_bias', false);
  const ofBoth: Partial<ModelConfig> = {
    headDim: json.number('head_dim', HEAD_DIM),
    attentionScale: json.number('query_pre_attn_scalar', 256) ** -0.5,
    activation: json.activation('hidden_activation', 'gelu_pytorch_tanh'),
    embeddingScale: Math.sqrt(json.number('hidden_size')),
    normWeightOffset: 1,
    tiedEmbeddings: json.boolean('tie_word_embeddings', true),
    qkvBias: hasBias,
    attentionOutputBias: hasBias,
    slidingWindow: readWindow(json, json.number('sliding_window', 4096)),
    attentionSoftcap: json.number('attn_logit_softcapping', 0),
    finalSoftcap: json.number('final_logit_softcapping', 0),
  };
  return readLlamaLike(json, family, { ...ofBoth, ...own });
}

/** Gemma 2 (Gemma Team 2024): softcaps, and a window in every other layer, the first included. */
export function readGemma2Config(json: JsonConfig): ReadConfig {
  const config = readGemma(json, Family.gemma2, {});
  const windowedLayers = readWindowedLayers(json, config.numLayers, (layer) => layer % 2 === 0);
  return { config, windowedLayers, unreadKeys: [], assumptions: [] };
}

/** Gemma 3 (Gemma Team 2025): a window and rotary positions of their own in all but every sixth layer. */
export function readGemma3Config(json: JsonConfig): ReadConfig {
  const ropes = readRopeOfKinds(json, json.number('head_dim', HEAD_DIM));
  const config = readGemma(json, Family.gemma3, { queryKeyNorm: true, ...ropes });
  const pattern = json.number('sliding_window_pattern', json.number('_sliding_window_pattern', 6));
  const windowedLayers = readWindowedLayers(json, config.numLayers, (layer) => (layer + 1) % pattern !== 0);
  return { config, windowedLayers, unreadKeys: [], assumptions: [] };
}
