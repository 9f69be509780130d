import { describe } from '../arguments.js';
import { AttentionError } from '../errors.js';
import { foreignFile, TELLING_BYTES } from './foreign_file.js';
import type { FileKeeper } from './kept_files.js';
import { patiently } from './patience.js';
import { aborted, type ModelPlace, type OpenedFile } from './model_place.js';
import { parsePythonJson } from './python_json.js';
import { chooseWeights, foreignWeights, LIKELY_FOREIGN, LIKELY_VARIANTS } from './weight_files.js';

/** How far loading has come: bytes of all files together. */
export interface LoadProgress {
  /** The file that is being read. */
  file: string;
  loaded: number;
  /** The size of the files that were opened so far. */
  total: number;
  /** Whether the file was kept from an earlier time. */
  kept: boolean;
  /** How much memory the model takes with a text, in bytes; undefined until the first weights are about to be read. */
  memoryBytes: number | undefined;
}

/** A file's bytes, in pieces. */
export interface ByteStream {
  file: string;
  size: number;
  chunks: AsyncIterable<Uint8Array>;
}

/** The weights of a folder, file by file, and the names of all their tensors where an index says them. */
export interface WeightStreams {
  names: readonly string[];
  files: AsyncIterable<{ stream: ByteStream; isLast: boolean }>;
}

/** The files of a model. */
export interface ModelFiles {
  /** The model's name: the hub id, or the last part of the folder or of the file. */
  readonly name: string;
  /** The GGUF that is the model; undefined where the model is a folder. */
  readonly gguf: string | undefined;
  stream(file: string): Promise<ByteStream>;
  /** The same, undefined where there is no such file. */
  find(file: string): Promise<ByteStream | undefined>;
  json(file: string): Promise<unknown>;
  /** An object that a folder may have or not; undefined where it hasn't. */
  jsonIfThere(file: string): Promise<object | undefined>;
  textIfThere(file: string): Promise<string | undefined>;
  isThere(file: string): Promise<boolean>;
  /**
   * The weights of a folder.
   *
   * @throws AttentionError that names what there is instead, with the line of Python that converts it for a class
   */
  weights(architecture: string | undefined): Promise<WeightStreams>;
  /** The error that says what there is where no config.json is; undefined where it is there, or nothing is known. */
  insteadOfModel(): Promise<AttentionError | undefined>;
  /** Tells how much memory the model takes. */
  tellMemory(bytes: number): void;
  /** Stops what is still on its way. */
  close(): void;
}

export interface SourceOptions {
  place: ModelPlace;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Where files are kept once the model is whole. */
  keeper?: FileKeeper | undefined;
}

/** The files that an index of safetensors names, and the tensors in them. */
function readIndex(file: string, index: unknown): { files: string[]; names: string[] } {
  const { weight_map: map } = (index ?? {}) as { weight_map?: unknown };
  const entries = typeof map === 'object' && map !== null ? Object.entries(map) : [];
  const files = [...new Set(entries.map(([, name]) => name as unknown))];
  if (files.length === 0 || !files.every((name) => typeof name === 'string' && /^[\w.-]+$/.test(name))) {
    throw new AttentionError('file-format', `${file} must name its files in weight_map.`);
  }
  return { files: (files as string[]).sort(), names: entries.map(([name]) => name) };
}

/** Opens a model's folder or its GGUF. Nothing is fetched before a file is asked for. */
export function openSource({ place, signal, onProgress, keeper }: SourceOptions): ModelFiles {
  const { name, gguf, paths, open } = place;
  const running = new Set<() => void>();
  let loaded = 0;
  let total = 0;
  let memoryBytes: number | undefined;
  let last = { file: name, kept: false };
  const tell = (file: string, kept: boolean) => {
    last = { file, kept };
    onProgress?.({ file, loaded, total, kept, memoryBytes });
  };

  async function* chunksOf(file: string, { body, url, size, kept }: OpenedFile): AsyncGenerator<Uint8Array> {
    const reader = body.getReader();
    const copy = kept || url === undefined ? undefined : keeper?.take(url, size);
    let own = 0;
    const stop = () => void reader.cancel().catch(() => undefined);
    running.add(stop);
    signal?.addEventListener('abort', stop);
    try {
      for (;;) {
        const read = reader.read().catch((error: unknown) => {
          if (signal?.aborted === true) throw aborted();
          throw new AttentionError('network', `${file} could not be read to its end: ${String(error)}.`);
        });
        const { done, value } = await patiently(file, read);
        if (signal?.aborted === true) throw aborted();
        if (done) {
          if (!Number.isNaN(size) && own < size) {
            throw new AttentionError('network', `${file} ended after ${own} of its ${size} bytes.`);
          }
          return;
        }
        own += value.length;
        loaded += value.length;
        tell(file, kept);
        await copy?.write(value);
        yield value;
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      running.delete(stop);
      stop();
    }
  }

  const tryToOpen = async (file: string): Promise<OpenedFile | AttentionError> => {
    if (signal?.aborted === true) throw aborted();
    const opened = await open(file, signal);
    if (!('absent' in opened)) return opened;
    if (opened.url !== undefined) keeper?.takeAbsence(opened.url);
    return opened.absent;
  };
  /** Opens a file to be read, or gives the error that it isn't there. */
  const find = async (file: string): Promise<ByteStream | AttentionError> => {
    const opened = await tryToOpen(file);
    if (opened instanceof AttentionError) return opened;
    if (!Number.isNaN(opened.size)) total += opened.size;
    tell(file, opened.kept);
    return { file, size: opened.size, chunks: chunksOf(file, opened) };
  };
  const isThere = async (file: string): Promise<boolean> => {
    if (paths !== undefined) return paths.includes(file);
    const opened = await tryToOpen(file);
    if (opened instanceof AttentionError) return false;
    await opened.body.cancel().catch(() => undefined);
    return true;
  };
  const textOf = async ({ chunks }: ByteStream): Promise<string> => {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
    return text + decoder.decode();
  };
  const parse = async (stream: ByteStream): Promise<unknown> => {
    const text = await textOf(stream);
    try {
      return parsePythonJson(text);
    } catch (error) {
      const broken = new AttentionError('file-format', `${stream.file} must be JSON: ${String(error)}.`);
      const isOurs = /^\s*[[{]/.test(text);
      throw isOurs
        ? broken
        : (foreignFile(stream.file, new TextEncoder().encode(text.slice(0, TELLING_BYTES))) ?? broken);
    }
  };
  const stream = async (file: string): Promise<ByteStream> => {
    const found = await find(file);
    if (found instanceof AttentionError) throw found;
    return found;
  };
  const json = async (file: string) => parse(await stream(file));
  const findIfThere = async (file: string) => {
    const found = await find(file);
    return found instanceof AttentionError ? undefined : found;
  };
  const jsonIfThere = async (file: string) => {
    const found = await findIfThere(file);
    if (found === undefined) return undefined;
    const value = await parse(found);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    throw new AttentionError('file-format', `${file} must be an object, got ${describe(value)}.`);
  };
  const textIfThere = async (file: string) => {
    const found = await findIfThere(file);
    return found && textOf(found);
  };

  async function* each(files: readonly string[], first?: ByteStream): WeightStreams['files'] {
    for (const [i, file] of files.entries()) {
      yield { stream: (i === 0 ? first : undefined) ?? (await stream(file)), isLast: i === files.length - 1 };
    }
  }
  const ofIndex = async (index: ByteStream): Promise<WeightStreams> => {
    const { files, names } = readIndex(index.file, await parse(index));
    return { names, files: each(files) };
  };
  const among = async (given: readonly string[]): Promise<WeightStreams | undefined> => {
    const chosen = chooseWeights(given);
    if (chosen === undefined) return undefined;
    return 'index' in chosen ? ofIndex(await stream(chosen.index)) : { names: [], files: each(chosen.files) };
  };
  /** Asks a server for every name that weights may have; gives its first refusal where there are none. */
  const asked = async (): Promise<WeightStreams | AttentionError> => {
    const variants = LIKELY_VARIANTS.flatMap((one) => [
      `model.${one}.safetensors`,
      `model.safetensors.index.${one}.json`,
    ]);
    let refusal: AttentionError | undefined;
    for (const file of ['model.safetensors', 'model.safetensors.index.json', ...variants]) {
      const found = await find(file).catch((error: unknown) => {
        // A page can't read file: URLs, and some servers refuse by cutting the line.
        if (signal?.aborted !== true && error instanceof AttentionError) return error;
        throw error;
      });
      if (found instanceof AttentionError) refusal ??= found;
      else if (file.endsWith('.json')) return ofIndex(found);
      else return { names: [], files: each([file], found) };
    }
    return refusal as AttentionError;
  };
  const weights = async (architecture: string | undefined): Promise<WeightStreams> => {
    const found = paths === undefined ? await asked() : await among(paths);
    if (found !== undefined && !(found instanceof AttentionError)) return found;
    const others: string[] = [...(paths ?? [])];
    if (paths === undefined) {
      for (const file of LIKELY_FOREIGN) {
        if (await isThere(file).catch(() => false)) others.push(file);
      }
    }
    const foreign = foreignWeights(others, architecture);
    throw foreign ?? found ?? new AttentionError('network', 'There is no model.safetensors among the files.');
  };

  return {
    name,
    gguf,
    stream,
    find: findIfThere,
    json,
    jsonIfThere,
    textIfThere,
    isThere,
    weights,
    insteadOfModel: async () => {
      if (paths?.includes('config.json') === true) return undefined;
      const hasAdapter = await isThere('adapter_config.json').catch(() => false);
      return foreignWeights(hasAdapter ? ['adapter_model.safetensors'] : (paths ?? []));
    },
    tellMemory: (bytes) => {
      memoryBytes = bytes;
      tell(last.file, last.kept);
    },
    close: () => running.forEach((stop) => stop()),
  };
}
