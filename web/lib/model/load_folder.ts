import { AttentionError } from '../errors.js';
import { readSafetensors } from '../files/read_safetensors.js';
import type { ModelFiles } from '../files/source.js';
import { createTokenizer } from '../text/create_tokenizer.js';
import { largestId } from '../text/tokenizer_json.js';
import { readConfig } from './config/read_config.js';
import type { Loading } from './loading.js';
import type { LoadedModel } from './model.js';
import type { ModelConfig } from './model_config.js';

/** Classes of transformers with a language head, and those that are known to have none. */
const WITH_LANGUAGE_HEAD = /(ForCausalLM|LMHeadModel|DoubleHeadsModel|ForConditionalGeneration)$/;
const WITHOUT_LANGUAGE_HEAD =
  /(Model|For(Sequence|Token)Classification|ForQuestionAnswering|ForMultipleChoice)$/;

/** What the class that saved a model says of its language head. */
function outputOf(json: unknown, { tiedEmbeddings }: ModelConfig): Partial<ModelConfig> {
  const [name = ''] = [(json as { architectures?: unknown }).architectures].flat().map(String);
  const needsOutput = WITH_LANGUAGE_HEAD.test(name);
  return {
    needsOutput,
    tiedEmbeddings: tiedEmbeddings && (needsOutput || !WITHOUT_LANGUAGE_HEAD.test(name)),
  };
}

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
  loading.configure({ ...read, config: { ...read.config, ...outputOf(json, read.config) } });
  for await (const { stream, isLast } of files.weights()) {
    const safetensors = await readSafetensors(stream);
    loading.note(safetensors.tensors.map(({ name }) => name));
    await loading.takeFile(safetensors, isLast);
  }
  const { eos_token_id: end } = json as { eos_token_id?: unknown };
  const endIds = [end].flat().filter((id) => typeof id === 'number');
  return { name: files.name, read, tokenizer, endIds };
}
