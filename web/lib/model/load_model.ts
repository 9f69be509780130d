import { AttentionError, errorOfCore } from '../errors.js';
import { readSafetensors } from '../files/safetensors.js';
import { openSource, type LoadProgress, type ModelFiles, type ModelSource } from '../files/source.js';
import { createTokenizer } from '../text/tokenizer.js';
import { readBertConfig } from './config.js';
import type { FullHost } from './full_host.js';
import type { FullProgram } from './full_program.js';
import { Model } from './model.js';

/** How `core.loadModel` loads. All may be left out. */
export interface LoadModelOptions {
  /** Stops the loading; the promise is then rejected with code `aborted`. */
  signal?: AbortSignal;
  /** Told how many bytes came and how many there are. */
  onProgress?: (progress: LoadProgress) => void;
  /** What the model is called; its hub id or the last part of its URL unless given. */
  name?: string;
  /** Where the program `full` of the core's variant is served. */
  wasmUrl?: string | URL;
  /** The bytes of the program `full`. */
  wasmBinary?: ArrayBuffer | Uint8Array;
}

/** Streams model.safetensors into the model at `pointer`, by way of its staging memory. */
async function loadWeights(program: FullProgram, pointer: number, files: ModelFiles): Promise<void> {
  const succeed = (code: number) => {
    if (code === 0) return;
    const message = program.UTF8ToString(program.lastMessage());
    throw errorOfCore(code, `model.safetensors: ${message}`);
  };
  const { tensors, dataBytes, data } = await readSafetensors(await files.stream('model.safetensors'));
  succeed(program.expectTensors(pointer, tensors.length));
  for (const { name, dtype, shape, begin, end } of tensors) {
    if (shape.length > 8) {
      throw new AttentionError(
        'file-format',
        `Tensor "${name}" has ${shape.length} dimensions; 8 is the most.`,
      );
    }
    program.HEAPF64.set(shape, program.staging(pointer) / 8);
    succeed(program.addTensor(pointer, name, dtype, shape.length, begin, end));
  }
  succeed(program.checkTensors(pointer, dataBytes));
  for await (const chunk of data) {
    for (let first = 0; first < chunk.length; first += program.stagingBytes) {
      const piece = chunk.subarray(first, first + program.stagingBytes);
      program.HEAPU8.set(piece, program.staging(pointer));
      succeed(program.appendBytes(pointer, piece.length));
    }
  }
  succeed(program.finishTensors(pointer));
}

/** Loads a model of the BERT family from a Hugging Face folder. */
export async function loadModel(
  host: FullHost,
  source: ModelSource,
  { signal, onProgress, name }: LoadModelOptions,
): Promise<Model> {
  const { program } = host;
  const files = openSource(source, { signal, onProgress });
  const config = readBertConfig(await files.json('config.json'));
  const tokenizer = createTokenizer((await files.json('tokenizer.json')) as object);
  const pointer = program.newBertModel();
  if (pointer === 0) throw new AttentionError('out-of-memory', 'No memory is left for a model.');
  try {
    const code = program.createBert(pointer, config);
    if (code !== 0) throw errorOfCore(code, program.UTF8ToString(program.lastMessage()));
    await loadWeights(program, pointer, files);
  } catch (error) {
    program.deleteBertModel(pointer);
    throw error;
  }
  return new Model(host, pointer, name ?? files.name, config, tokenizer);
}
