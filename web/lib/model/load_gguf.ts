import type { GgufMetadata } from '../files/gguf.js';
import type { ModelFiles } from '../files/source.js';
import { endIdsOfGguf } from '../text/gguf_end_ids.js';
import { createGgufTokenizer } from '../text/gguf_tokenizer.js';
import type { Tokenizer } from '../text/tokenizer.js';
import { requireModel } from './config/gguf/kind_of_file.js';
import { architectureOf, readGgufConfig } from './config/gguf/read_gguf_config.js';
import { readGgufTensors } from './config/gguf/tensors.js';
import { GgufParts } from './gguf_parts.js';
import type { Loading } from './loading.js';
import type { LoadedModel } from './model.js';

/** What tokenizer.ggml.model says where the file holds no tokenizer. */
const NO_TOKENIZER: readonly unknown[] = [undefined, 'none', 'no_vocab'];

function tokenizerOf(metadata: GgufMetadata): Tokenizer | undefined {
  const hasNone = NO_TOKENIZER.includes(metadata.get('tokenizer.ggml.model'));
  return hasNone ? undefined : createGgufTokenizer(metadata);
}

/** A GGUF, which holds all in one file or in the parts that it was split into. */
export async function loadGguf(loading: Loading, files: ModelFiles, file: string): Promise<LoadedModel> {
  const parts = await GgufParts.open(files, file, loading.program);
  const { metadata, tensors } = parts.first;
  requireModel(metadata, tensors.length + parts.count - 1);
  const embedding = tensors.find(({ name }) => name === 'token_embd.weight');
  const read = readGgufConfig(metadata, embedding?.shape[0]);
  const tokenizer = tokenizerOf(metadata);
  loading.configure(read);
  const architecture = architectureOf(metadata);
  for await (const { part, isLast } of parts.all()) {
    const own = readGgufTensors(part.tensors, architecture, read.config);
    await loading.takeFile({ ...part, tensors: own }, isLast);
  }
  const name = metadata.get('general.name');
  return {
    name: typeof name === 'string' ? name : files.name,
    read,
    tokenizer,
    endIds: endIdsOfGguf(metadata),
  };
}
