import { describe } from '../../arguments.js';
import type { ReadConfig, ReadModel } from '../model_config.js';
import { readBertConfig, readDistilbertConfig, readRobertaConfig } from './bert.js';
import { COMMON_DEFAULTS, CONFIG_CLASSES, TRANSFORMERS_VERSION } from './config_classes.js';
import { readGemma2Config, readGemma3Config } from './gemma.js';
import { readGpt2Config } from './gpt2.js';
import { isHarmless, ONLY } from './harmless.js';
import { JsonConfig } from './json_config.js';
import { readLlamaConfig, readMistralConfig } from './llama.js';
import { QUANTISED_KEYS, refuseQuantised } from './quantised.js';
import { readQwen2Config, readQwen3Config } from './qwen.js';

type ModelType = keyof typeof CONFIG_CLASSES;

const READERS: Readonly<Record<ModelType, (config: JsonConfig) => ReadModel>> = {
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

/** Models of text and pictures, of which the text's part is read, and that part's type. */
const WITH_PICTURES: Readonly<Record<string, ModelType>> = { gemma3: 'gemma3_text' };

/** Of a model with pictures, beside the text's part. */
const OF_PICTURES = [
  'vision_config',
  'mm_tokens_per_image',
  'boi_token_index',
  'eoi_token_index',
  'image_token_index',
];

function readOfType(type: ModelType, json: unknown, prefix = ''): ReadConfig {
  const { defaults, aliases } = CONFIG_CLASSES[type];
  const config = new JsonConfig(json, { defaults: { ...COMMON_DEFAULTS, ...defaults }, aliases }, prefix);
  refuseQuantised(json as Readonly<Record<string, unknown>>);
  config.ignore('model_type', ...QUANTISED_KEYS);
  config.refuseUnless(ONLY);
  if (config.has('auto_map')) {
    config.assume(
      `config.json asks for code of the folder's own (auto_map), which isn't run: the model is taken as ${type}.`,
    );
  }
  const read = READERS[type](config);
  const unreadKeys = config.unreadKeys(isHarmless);
  if (config.defaulted.size > 0) {
    const taken = [...config.defaulted]
      .map(([key, value]) => `${prefix}${key} (${describe(value)})`)
      .join(', ');
    config.assume(
      `config.json doesn't say ${taken}: taken as the defaults of transformers ${TRANSFORMERS_VERSION} for ${type}.`,
    );
  }
  return { ...read, unreadKeys, assumptions: config.assumptions };
}

/** A model of text and pictures: its text part, whose embedding is tied as the whole says. */
function readTextPart(type: ModelType, whole: JsonConfig, json: Record<string, unknown>): ReadConfig {
  const { text_config: text = {} } = json;
  refuseQuantised(json);
  whole.ignore('model_type', 'text_config', 'auto_map', ...OF_PICTURES, ...QUANTISED_KEYS);
  whole.refuseUnless(ONLY);
  const tiedEmbeddings = whole.boolean('tie_word_embeddings', true);
  const read = readOfType(type, text, 'text_config.');
  return {
    ...read,
    config: { ...read.config, tiedEmbeddings },
    unreadKeys: [...whole.unreadKeys(isHarmless), ...read.unreadKeys],
    assumptions: [
      'The model is one of text and pictures; its text part is read, and no picture can be given.',
      ...read.assumptions,
    ],
  };
}

/**
 * The config in a config.json of transformers 4 or 5, as transformers 5 takes it.
 *
 * @throws AttentionError `file-format` naming a setting that would change the mathematics and isn't supported
 */
export function readConfig(json: unknown): ReadConfig {
  const config = new JsonConfig(json);
  const type = config.text('model_type');
  if (Object.hasOwn(READERS, type)) return readOfType(type as ModelType, json);
  if (Object.hasOwn(WITH_PICTURES, type)) {
    return readTextPart(WITH_PICTURES[type] as ModelType, config, json as Record<string, unknown>);
  }
  const types = [...Object.keys(READERS), ...Object.keys(WITH_PICTURES)];
  throw config.unsupported('model_type', `one of ${types.join(', ')}`, type);
}
