import { AttentionError } from '../errors.js';
import { readSafetensors } from '../files/safetensors.js';
import type { ModelFiles } from '../files/source.js';
import { createTokenizer } from '../text/create_tokenizer.js';
import { largestId } from '../text/tokenizer_json.js';
import { readConfig } from './config/read_config.js';
import type { Loading } from './loading.js';
import type { LoadedModel } from './model.js';

/** A Hugging Face folder: config.json, tokenizer.json and model.safetensors or its shards. */
export async function loadFolder(loading: Loading, files: ModelFiles): Promise<LoadedModel> {
  const json = await files.json('config.json');
  const read = readConfig(json);
  const tokenizerJson = (await files.json('tokenizer.json')) as object;
  const tokenizer = createTokenizer(tokenizerJson);
  const largest = largestId(tokenizerJson);
  if (largest >= read.config.vocabSize) {
    throw new AttentionError(
      'file-format',
      `tokenizer.json has a token of number ${largest}, but config.json a vocab_size of ${read.config.vocabSize}.`,
    );
  }
  loading.configure(read);
  for await (const { stream, isLast } of files.weights()) {
    await loading.takeFile(await readSafetensors(stream), isLast);
  }
  const { eos_token_id: end } = json as { eos_token_id?: unknown };
  const endIds = [end].flat().filter((id) => typeof id === 'number');
  return { name: files.name, read, tokenizer, endIds };
}
