import { Activation, Family, type ModelConfig, type ReadModel } from '../model_config.js';
import type { JsonConfig } from './json_config.js';
import { readHeadDim, readLlamaLike } from './llama.js';
import { readRopeOfKinds } from './rope.js';
import { readWindow, readWindowedLayers } from './windows.js';

/** Gemma 3 has a window in all layers but every one of so many. */
const WINDOW_PATTERN = 6;

/** `hidden_activation`; null in files that only have the older `hidden_act` meant GELU by tanh. */
function readActivation(json: JsonConfig): Activation {
  if (json.value('hidden_activation') !== null) return json.activation('hidden_activation');
  json.refuseUnless({ hidden_act: 'gelu_pytorch_tanh' });
  return Activation.geluTanh;
}

function readGemma(json: JsonConfig, family: Family, own: Partial<ModelConfig>): ModelConfig {
  json.refuseUnless({ mlp_bias: false });
  // The classes read hidden_activation and sliding_window; older files name the same twice.
  json.ignore('hidden_act', 'sliding_window_size');
  const hasBias = json.boolean('attention_bias');
  return readLlamaLike(json, family, {
    attentionScale: json.number('query_pre_attn_scalar') ** -0.5,
    activation: readActivation(json),
    embeddingScale: Math.sqrt(json.number('hidden_size')),
    normWeightOffset: 1,
    qkvBias: hasBias,
    attentionOutputBias: hasBias,
    finalSoftcap: json.number('final_logit_softcapping', 0),
    ...own,
  });
}

/** Gemma 2 (Gemma Team 2024): softcaps, and a window in every other layer, the first included. */
export function readGemma2Config(json: JsonConfig): ReadModel {
  // What transformers makes of it depends on how attention is run.
  json.refuseUnless({ use_bidirectional_attention: false });
  const slidingWindow = readWindow(json);
  const attentionSoftcap = json.number('attn_logit_softcapping', 0);
  const config = readGemma(json, Family.gemma2, { slidingWindow, attentionSoftcap });
  const isWindowed = (layer: number) => slidingWindow > 0 && layer % 2 === 0;
  return { config, windowedLayers: readWindowedLayers(json, config.numLayers, slidingWindow, isWindowed) };
}

/**
 * Gemma 3 (Gemma Team 2025): a window and rotary positions of their own in all but every sixth layer. An embedder of
 * it looks both ways, a window's keys half to each side.
 */
export function readGemma3Config(json: JsonConfig): ReadModel {
  // Neither is read by transformers' class: a layer's scores have no cap, and layer_types says more than a pattern.
  json.ignore('attn_logit_softcapping', '_sliding_window_pattern');
  if (json.has('attn_logit_softcapping')) {
    json.assume(
      "config.json's attn_logit_softcapping isn't applied, as transformers doesn't in this family.",
    );
  }
  const isEmbedder = json.boolean('use_bidirectional_attention');
  const slidingWindow = readWindow(json, isEmbedder ? (window) => Math.floor(window / 2) + 1 : undefined);
  const isCausal = !isEmbedder && json.boolean('is_causal', true);
  const ropes = readRopeOfKinds(json, readHeadDim(json));
  const config = readGemma(json, Family.gemma3, { queryKeyNorm: true, slidingWindow, isCausal, ...ropes });
  const pattern = json.number('sliding_window_pattern', WINDOW_PATTERN);
  const isWindowed = (layer: number) => slidingWindow > 0 && (layer + 1) % pattern !== 0;
  return { config, windowedLayers: readWindowedLayers(json, config.numLayers, slidingWindow, isWindowed) };
}
