import { Family, type ModelConfig, type ReadModel } from '../model_config.js';
import type { JsonConfig } from './json_config.js';
import { readLlamaLike } from './llama.js';
import { readWindow, readWindowedLayers } from './windows.js';

/** Layers from max_window_layers on have a window where use_sliding_window says so. */
function readQwen(json: JsonConfig, family: Family, own: Partial<ModelConfig>): ReadModel {
  json.refuseUnless({ mlp_bias: false, use_mrope: false });
  json.ignore('sliding_window', 'max_window_layers');
  const slidingWindow = json.boolean('use_sliding_window') ? readWindow(json) : 0;
  const config = readLlamaLike(json, family, { slidingWindow, ...own });
  const isWindowed = (layer: number) => slidingWindow > 0 && layer >= json.number('max_window_layers');
  return { config, windowedLayers: readWindowedLayers(json, config.numLayers, slidingWindow, isWindowed) };
}

/** Qwen2: biases on queries, keys and values. */
export function readQwen2Config(json: JsonConfig): ReadModel {
  // The class always has them.
  json.ignore('attention_bias');
  return readQwen(json, Family.qwen2, { qkvBias: true });
}

/** Qwen3: queries and keys are normalised. */
export function readQwen3Config(json: JsonConfig): ReadModel {
  const hasBias = json.boolean('attention_bias');
  return readQwen(json, Family.qwen3, { queryKeyNorm: true, qkvBias: hasBias, attentionOutputBias: hasBias });
}
