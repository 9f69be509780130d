import { Family, type ModelConfig, type ReadConfig } from '../model_config.js';
import { readWindow, readWindowedLayers, type JsonConfig } from './json_config.js';
import { readLlamaLike } from './llama.js';

/** Layers from max_window_layers on have a window where use_sliding_window says so. */
function readQwen(json: JsonConfig, family: Family, own: Partial<ModelConfig>): ReadConfig {
  const isUsed = json.boolean('use_sliding_window', false);
  const slidingWindow = isUsed ? readWindow(json, json.number('sliding_window', 4096)) : 0;
  const config = readLlamaLike(json, family, { slidingWindow, ...own });
  const firstWindowed = json.number('max_window_layers', 28);
  const windowedLayers = readWindowedLayers(
    json,
    config.numLayers,
    (layer) => slidingWindow > 0 && layer >= firstWindowed,
  );
  return { config, windowedLayers, unreadKeys: [], assumptions: [] };
}

/** Qwen2: biases on queries, keys and values. */
export function readQwen2Config(json: JsonConfig): ReadConfig {
  return readQwen(json, Family.qwen2, { qkvBias: true });
}

/** Qwen3: queries and keys are normalised. */
export function readQwen3Config(json: JsonConfig): ReadConfig {
  const hasBias = json.boolean('attention_bias', false);
  return readQwen(json, Family.qwen3, {
    queryKeyNorm: true,
    qkvBias: hasBias,
    attentionOutputBias: hasBias,
    headDim: json.number('head_dim', 128),
  });
}
