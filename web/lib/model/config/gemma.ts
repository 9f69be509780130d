import { Family, type ModelConfig, type ReadConfig } from '../model_config.js';
import { readRope, readWindowedLayers, type JsonConfig } from './json_config.js';
import { readLlamaLike } from './llama.js';

function readGemma(json: JsonConfig, family: Family, rest: Partial<ModelConfig>): ModelConfig {
  json.refuseUnless({ use_bidirectional_attention: false });
  const headDim = json.number('head_dim', 256);
  const hasBias = json.boolean('attention_bias', false);
  return readLlamaLike(json, family, {
    headDim,
    ropeDims: headDim,
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
    ...rest,
  });
}

/** Gemma 2 (Gemma Team 2024): softcaps, and a window in every other layer, the first included. */
export function readGemma2Config(json: JsonConfig): ReadConfig {
  const config = readGemma(json, Family.gemma2, {});
  return { config, windowedLayers: readWindowedLayers(json, config.numLayers, (layer) => layer % 2 === 0) };
}

/** Gemma 3 (Gemma Team 2025): a window and rotary positions of their own in all but every sixth layer. */
export function readGemma3Config(json: JsonConfig): ReadConfig {
  const isOfKinds = json.part('rope_parameters')?.part('sliding_attention') !== undefined;
  const local = isOfKinds
    ? readRope(json, 10000, 'sliding_attention').ropeTheta
    : json.number('rope_local_base_freq', 10000);
  const config = readGemma(json, Family.gemma3, {
    queryKeyNorm: true,
    ...readRope(json, 1e6, 'full_attention'),
    localRopeTheta: local,
  });
  const pattern = json.number('sliding_window_pattern', json.number('_sliding_window_pattern', 6));
  const windowedLayers = readWindowedLayers(json, config.numLayers, (layer) => (layer + 1) % pattern !== 0);
  return { config, windowedLayers };
}
