import { readGguf, type GgufMetadata } from '../files/gguf.js';
import type { ModelFiles } from '../files/source.js';
import { endIdsOfGguf } from '../text/gguf_end_ids.js';
import { createGgufTokenizer } from '../text/gguf_tokenizer.js';
import type { Tokenizer } from '../text/tokenizer.js';
import { readGgufConfig } from './config/gguf.js';
import type { Loading } from './loading.js';
import type { LoadedModel } from './model.js';

/** What tokenizer.ggml.model says where the file holds no tokenizer. */
const NO_TOKENIZER: readonly unknown[] = [undefined, 'none', 'no_vocab'];

function tokenizerOf(metadata: GgufMetadata): Tokenizer | undefined {
  const hasNone = NO_TOKENIZER.includes(metadata.get('tokenizer.ggml.model'));
  return hasNone ? undefined : createGgufTokenizer(metadata);
}

/** A GGUF, which holds all in one file. */
export async function loadGguf(loading: Loading, files: ModelFiles, file: string): Promise<LoadedModel> {
  const stream = await readGguf(loading.program, await files.stream(file));
  const { metadata } = stream;
  const read = readGgufConfig(metadata, new Set(stream.tensors.map(({ name }) => name)));
  const tokenizer = tokenizerOf(metadata);
  loading.configure(read);
  await loading.takeFile(stream, true);
  const name = metadata.get('general.name');
  return {
    name: typeof name === 'string' ? name : files.name,
    read,
    tokenizer,
    endIds: endIdsOfGguf(metadata),
  };
}
