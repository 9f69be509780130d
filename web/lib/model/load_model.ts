import { requireInteger } from '../arguments.js';
import { AttentionError } from '../errors.js';
import { FileKeeper } from '../files/kept_files.js';
import { HUB, placeOf, type ModelSource } from '../files/model_place.js';
import { openSource, type LoadProgress } from '../files/source.js';
import type { FullHost } from './full_host.js';
import { loadFolder } from './load_folder.js';
import { loadGguf } from './load_gguf.js';
import { Loading } from './loading.js';
import { Model } from './model.js';

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
  /** How many tokens texts will have, for the memory that `onProgress` tells; 512 unless given. */
  tokens?: number;
  /** What the model is called; its hub id, or the last part of its URL or folder, unless given. */
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

/** Loads the built-in model, or one from a Hugging Face folder or a GGUF. */
export async function loadModel(
  host: FullHost,
  source: ModelSource,
  {
    signal,
    onProgress,
    keep = false,
    hub = HUB,
    tokens = 512,
    name,
    builtIn,
    fetchFile,
  }: LoadModelOptions & PackageFiles,
): Promise<Model> {
  const { program } = host;
  const place = placeOf(source === 'built-in' ? builtIn : source, { fetchFile, hub, keep });
  const keeper = keep ? new FileKeeper() : undefined;
  const files = openSource({ place, signal, onProgress, keeper });
  const pointer = program.newModel();
  if (pointer === 0) throw new AttentionError('out-of-memory', 'No memory is left for a model.');
  try {
    const loading = new Loading(program, pointer, {
      tokens: requireInteger('tokens', tokens, 1, 2 ** 31 - 1),
      tellMemory: (bytes) => files.tellMemory(bytes),
    });
    const loaded =
      files.gguf === undefined
        ? await loadFolder(loading, files)
        : await loadGguf(loading, files, files.gguf);
    program.finishModel(pointer);
    await keeper?.keep();
    return new Model(host, pointer, { ...loaded, name: name ?? loaded.name });
  } catch (error) {
    program.deleteModel(pointer);
    files.close();
    await keeper?.drop();
    throw error;
  }
}
