import type { ReadConfig } from '../model_config.js';
import { readBertConfig, readDistilbertConfig, readRobertaConfig } from './bert.js';
import { readGemma2Config, readGemma3Config } from './gemma.js';
import { readGpt2Config } from './gpt2.js';
import { JsonConfig } from './json_config.js';
import { readLlamaConfig, readMistralConfig } from './llama.js';
import { readQwen2Config, readQwen3Config } from './qwen.js';

/** By `model_type`. */
const READERS: Readonly<Record<string, (config: JsonConfig) => ReadConfig>> = {
  bert: readBertConfig,
  roberta: readRobertaConfig,
  distilbert: readDistilbertConfig,
  gpt2: readGpt2Config,
  llama: readLlamaConfig,
  mistral: readMistralConfig,
  qwen2: readQwen2Config,
  qwen3: readQwen3Config,
  gemma2: readGemma2Config,
  gemma3_text: readGemma3Config,
};

/**
 * The config in a config.json of transformers 4 or 5. Settings that would change the mathematics and aren't supported
 * are refused by name.
 */
export function readConfig(json: unknown): ReadConfig {
  const config = new JsonConfig(json);
  const type = config.text('model_type');
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (read === undefined) {
    throw JsonConfig.unsupported('model_type', `one of ${Object.keys(READERS).join(', ')}`, type);
  }
  return read(config);
}
