import type { AttentionError } from '../errors.js';
import { readSafetensors } from '../files/read_safetensors.js';
import type { ModelFiles } from '../files/source.js';
import { readConfig } from './config/read_config.js';
import { endIdsOf } from './end_ids.js';
import { tokenizerOfFolder } from './folder_tokenizer.js';
import type { Loading } from './loading.js';
import type { LoadedModel } from './model.js';
import type { ModelConfig } from './model_config.js';
import { refuseQuantised } from './refused_tensors.js';

/** Classes of transformers with a language head, and those that are known to have none. */
const WITH_LANGUAGE_HEAD = /(ForCausalLM|LMHeadModel|DoubleHeadsModel|ForConditionalGeneration)$/;
const WITHOUT_LANGUAGE_HEAD =
  /(Model|For(Sequence|Token)Classification|ForQuestionAnswering|ForMultipleChoice)$/;

/** What the class that saved a model says of its language head. */
function outputOf(
  architecture: string | undefined,
  { tiedEmbeddings }: ModelConfig,
): Pick<ModelConfig, 'needsOutput' | 'tiedEmbeddings'> {
  const needsOutput = WITH_LANGUAGE_HEAD.test(architecture ?? '');
  const hasNone = !needsOutput && WITHOUT_LANGUAGE_HEAD.test(architecture ?? '');
  return { needsOutput, tiedEmbeddings: tiedEmbeddings && !hasNone };
}

function architectureOf(json: unknown): string | undefined {
  const [name] = [(json as { architectures?: unknown }).architectures].flat();
  return typeof name === 'string' && /^\w{1,100}$/.test(name) ? name : undefined;
}

const NO_ADAPTER =
  "There is a PEFT adapter beside the model (adapter_config.json), which isn't applied: the weights are the model's own.";

/**
 * A file that most folders lack; undefined where it can't be had either, which is all that a page learns of a missing
 * file from a server that lets it read found ones alone.
 */
async function ifFetched(
  files: ModelFiles,
  file: string,
  onFailure: (sentence: string) => void,
): Promise<unknown> {
  return files.jsonIfThere(file).catch((error: unknown) => {
    if ((error as Partial<AttentionError>).code !== 'network') throw error;
    onFailure(`The model is taken as having no ${file}: ${(error as AttentionError).message}`);
    return undefined;
  });
}

async function takeWeights(loading: Loading, files: ModelFiles, architecture: string | undefined) {
  const weights = await files.weights(architecture);
  loading.note(weights.names);
  for await (const { stream, isLast } of weights.files) {
    const safetensors = await readSafetensors(stream);
    const names = safetensors.tensors.map(({ name }) => name);
    refuseQuantised(stream.file, names);
    loading.note(names);
    await loading.takeFile(safetensors, isLast);
  }
}

/**
 * A Hugging Face folder: config.json, a tokenizer and the weights as safetensors. Without a tokenizer the model runs on
 * ids.
 */
export async function loadFolder(loading: Loading, files: ModelFiles): Promise<LoadedModel> {
  const json = await files.json('config.json').catch(async (error: unknown) => {
    throw (await files.insteadOfModel()) ?? error;
  });
  const read = readConfig(json);
  const architecture = architectureOf(json);
  const assumptions = [...read.assumptions];
  const [generationConfig, tokenizerConfig, adapter] = await Promise.all([
    ifFetched(files, 'generation_config.json', (sentence) => assumptions.push(sentence)),
    files.jsonIfThere('tokenizer_config.json'),
    // An adapter wouldn't be applied anyway.
    files.jsonIfThere('adapter_config.json').catch(() => undefined),
  ]);
  if (adapter !== undefined) assumptions.push(NO_ADAPTER);
  const { model_type: modelType } = json as { model_type?: unknown };
  const made = await tokenizerOfFolder(
    files,
    tokenizerConfig as Record<string, unknown> | undefined,
    String(modelType),
  );
  loading.configure({ ...read, config: { ...read.config, ...outputOf(architecture, read.config) } });
  await takeWeights(loading, files, architecture);
  const endIds = endIdsOf({ config: json, generationConfig, tokenizerConfig, tokenizerJson: made?.json });
  return { name: files.name, read: { ...read, assumptions }, tokenizer: made?.tokenizer, endIds };
}
