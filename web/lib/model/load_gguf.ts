import { readGguf } from '../files/gguf.js';
import type { ModelFiles } from '../files/source.js';
import { createGgufTokenizer } from '../text/gguf_tokenizer.js';
import { readGgufConfig } from './config/gguf.js';
import type { Loading } from './loading.js';
import type { LoadedModel } from './model.js';

/** A GGUF, which holds all in one file. */
export async function loadGguf(loading: Loading, files: ModelFiles, file: string): Promise<LoadedModel> {
  const stream = await readGguf(loading.program, await files.stream(file));
  const read = readGgufConfig(stream.metadata, new Set(stream.tensors.map(({ name }) => name)));
  const tokenizer = createGgufTokenizer(stream.metadata);
  loading.configure(read);
  await loading.takeFile(stream, true);
  const name = stream.metadata.get('general.name');
  const end = stream.metadata.get('tokenizer.ggml.eos_token_id');
  return {
    name: typeof name === 'string' ? name : files.name,
    read,
    tokenizer,
    endIds: typeof end === 'number' ? [end] : [],
  };
}
