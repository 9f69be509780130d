import { Family, type ModelConfig, type ReadConfig } from '../model_config.js';
import { JsonConfig, readWindowedLayers } from './json_config.js';
import { readLlamaLike } from './llama.js';
import { readRope, type Rope } from './rope.js';

const HEAD_DIM = 256;

function readGemma(json: JsonConfig, family: Family, own: Partial<ModelConfig>, rope?: Rope): ModelConfig {
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
    slidingWindow: json.number('sliding_window', 4096),
    attentionSoftcap: json.number('attn_logit_softcapping', 0),
    finalSoftcap: json.number('final_logit_softcapping', 0),
  };
  return readLlamaLike(json, family, { ...ofBoth, ...own }, rope);
}

/** Gemma 2 (Gemma Team 2024): softcaps, and a window in every other layer, the first included. */
export function readGemma2Config(json: JsonConfig): ReadConfig {
  const config = readGemma(json, Family.gemma2, {});
  return { config, windowedLayers: readWindowedLayers(json, config.numLayers, (layer) => layer % 2 === 0) };
}

/** Gemma 3 (Gemma Team 2025): a window and rotary positions of their own in all but every sixth layer. */
export function readGemma3Config(json: JsonConfig): ReadConfig {
  const isOfKinds = json.part('rope_parameters')?.part('sliding_attention') !== undefined;
  const ropeDims = json.number('head_dim', HEAD_DIM);
  const local = isOfKinds
    ? readRope(json, ropeDims, 10000, 'sliding_attention').config.ropeTheta
    : json.number('rope_local_base_freq', 10000);
  const rope = readRope(json, ropeDims, 1e6, 'full_attention');
  if (rope.scoreFactor !== 1) {
    throw JsonConfig.unsupported('rope_scaling: attention_factor', '1 in this family', rope.scoreFactor);
  }
  const config = readGemma(json, Family.gemma3, { queryKeyNorm: true, localRopeTheta: local }, rope);
  const pattern = json.number('sliding_window_pattern', json.number('_sliding_window_pattern', 6));
  const windowedLayers = readWindowedLayers(json, config.numLayers, (layer) => (layer + 1) % pattern !== 0);
  return { config, windowedLayers };
}
