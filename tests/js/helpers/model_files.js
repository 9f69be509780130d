import { readFileSync } from 'node:fs';
import { File } from 'node:buffer';

import { modelFiles, modelFolder, DEFAULT_MODEL, hasModel, SMOLLM2 } from '../../../web/cli/model_cache.mjs';

const NAMES = ['config.json', 'tokenizer.json', 'model.safetensors'];

/** The files of a folder as a person would drop them, some of them replaced by other bytes. */
export function filesOf(folder, replaced = {}) {
  return NAMES.map((name) => new File([replaced[name] ?? readFileSync(`${folder}/${name}`)], name));
}

export function tinyBert(name) {
  return new URL(`../../golden/tiny_bert/${name}`, import.meta.url).pathname;
}

/** all-MiniLM-L6-v2, which `npm run models` puts there. */
export function miniLM() {
  if (!hasModel(DEFAULT_MODEL)) throw new Error('The model is missing: npm run models.');
  return filesOf(modelFolder(DEFAULT_MODEL));
}

/** SmolLM2-135M-Instruct in Q4_1, which `npm run models -- smollm2` puts there. */
export function smolLM2() {
  if (!hasModel(SMOLLM2)) throw new Error('The model is missing: npm run models -- smollm2.');
  return `${modelFolder(SMOLLM2)}/${modelFiles(SMOLLM2)[0]}`;
}
