import { AttentionError, errorOfCore } from '../errors.js';
import { readGguf } from '../files/gguf.js';
import { readSafetensors, type TensorStream } from '../files/safetensors.js';
import { FileKeeper } from '../files/kept_files.js';
import { HUB, placeOf, type ModelSource } from '../files/model_place.js';
import { openSource, type LoadProgress, type ModelFiles } from '../files/source.js';
import { createGgufTokenizer } from '../text/gguf_tokenizer.js';
import { createTokenizer } from '../text/create_tokenizer.js';
import { readConfig } from './config/read_config.js';
import { readGgufConfig } from './config/gguf.js';
import { largestId } from '../text/tokenizer_json.js';
import type { FullHost } from './full_host.js';
import type { FullProgram } from './full_program.js';
import { Model, type LoadedModel } from './model.js';
import { configNumbers, type ReadConfig } from './model_config.js';

/** How `core.loadModel` loads. All may be left out. */
export interface LoadModelOptions {
  /** Stops the loading; the promise is then rejected with code `aborted`. */
  signal?: AbortSignal;
  /** Told how many bytes came and how many there are. */
  onProgress?: (progress: LoadProgress) => void;
  /** Keeps the files that are fetched in this browser, and takes those that are kept; false unless given. */
  keep?: boolean;
  /** Where hub ids are looked for, https://huggingface.co unless given; null for nowhere. */
  hub?: string | URL | null;
  /** What the model is called; its hub id or the last part of its URL unless given. */
  name?: string;
  /** Where the program `full` of the core's variant is served. */
  wasmUrl?: string | URL;
  /** The bytes of the program `full`. */
  wasmBinary?: ArrayBuffer | Uint8Array;
}

/** Where the package's own model is, and how its files are read. */
interface PackageFiles {
  builtIn: URL;
  fetchFile: typeof fetch;
}

/** The model at `pointer` while its files come in by way of its staging memory. */
class Loading {
  constructor(
    readonly program: FullProgram,
    readonly pointer: number,
  ) {}

  succeed(code: number, file?: string): void {
    if (code === 0) return;
    const message = this.program.UTF8ToString(this.program.lastMessage());
    throw errorOfCore(code, file === undefined ? message : `${file}: ${message}`);
  }

  configure(read: ReadConfig): void {
    this.succeed(this.program.openModel(this.pointer));
    this.program.HEAPF64.set(configNumbers(read), this.program.staging(this.pointer) / 8);
    this.succeed(this.program.configureModel(this.pointer));
  }

  async takeFile(stream: TensorStream, isLast: boolean): Promise<void> {
    const { program, pointer } = this;
    const { file, tensors, alignment, dataBytes, data } = stream;
    this.succeed(program.beginFile(pointer, tensors.length, alignment), file);
    for (const { name, dtype, shape, begin, end } of tensors) {
      if (shape.length > 8) {
        throw new AttentionError(
          'file-format',
          `${file}: Tensor "${name}" has ${shape.length} dimensions; 8 is the most.`,
        );
      }
      program.HEAPF64.set(shape, program.staging(pointer) / 8);
      this.succeed(program.addTensor(pointer, name, dtype, shape.length, begin, end), file);
    }
    this.succeed(program.checkTensors(pointer, dataBytes, isLast), file);
    for await (const chunk of data) {
      for (let first = 0; first < chunk.length; first += program.stagingBytes) {
        const piece = chunk.subarray(first, first + program.stagingBytes);
        program.HEAPU8.set(piece, program.staging(pointer));
        this.succeed(program.appendBytes(pointer, piece.length), file);
      }
    }
    this.succeed(program.finishFile(pointer), file);
  }
}

/** A Hugging Face folder: config.json, tokenizer.json and model.safetensors or its shards. */
async function loadFolder(loading: Loading, files: ModelFiles): Promise<LoadedModel> {
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

/** A GGUF, which holds all in one file. */
async function loadGguf(loading: Loading, files: ModelFiles, file: string): Promise<LoadedModel> {
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

/** Loads the built-in model, or one from a Hugging Face folder or a GGUF. */
export async function loadModel(
  host: FullHost,
  source: ModelSource,
  { signal, onProgress, keep = false, hub = HUB, name, builtIn, fetchFile }: LoadModelOptions & PackageFiles,
): Promise<Model> {
  const { program } = host;
  const place = placeOf(source === 'built-in' ? builtIn : source, { fetchFile, hub, keep });
  const keeper = keep ? new FileKeeper() : undefined;
  const files = openSource({ place, signal, onProgress, keeper });
  const pointer = program.newModel();
  if (pointer === 0) throw new AttentionError('out-of-memory', 'No memory is left for a model.');
  try {
    const loading = new Loading(program, pointer);
    const loaded =
      files.gguf === undefined
        ? await loadFolder(loading, files)
        : await loadGguf(loading, files, files.gguf);
    program.finishModel(pointer);
    await keeper?.keep();
    return new Model(host, pointer, { ...loaded, name: name ?? loaded.name });
  } catch (error) {
    program.deleteModel(pointer);
    await keeper?.drop();
    throw error;
  }
}
