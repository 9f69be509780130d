import { foreignWords } from './tensors/which_files.js';

/** A file, and where it lay in what was brought: `folder/name`, or its name alone. */
export interface BroughtFile {
  file: File;
  path: string;
}

/** More files than any model has: who drops a whole disk is told so. */
const MOST_FILES = 10_000;

/** What weights are called in a model's folder, and what there may be of a model without them. */
const WEIGHTS = /^(model|pytorch_model|adapter_model|consolidated)\b.*\.safetensors$|^tokenizer\.json$/i;
/** Files that models alone have; what can't be read of them, the loader calls by its name. */
const MODEL = /^(tokenizer_|adapter_)?config\.json$|\.index\.json$|\.(gguf|ggml|bin|onnx|zip)$/i;
/** Files that arrays are in, or were meant to be; what can't be read of them is told with how to save them. */
const isArrays = (name: string) => /\.(npy|npz)$/i.test(name) || foreignWords(name) !== undefined;
const SAFETENSORS = /\.safetensors$/i;

/** Whether files are those of a model, arrays, or neither: the one place where that is decided. */
export function kindOf(files: readonly BroughtFile[]): 'model' | 'arrays' | undefined {
  const names = files.map(({ file }) => file.name);
  if (names.some((name) => MODEL.test(name))) return 'model';
  if (names.some(isArrays)) return 'arrays';
  if (names.some((name) => WEIGHTS.test(name))) return 'model';
  return names.some((name) => SAFETENSORS.test(name)) ? 'arrays' : undefined;
}

/** Those of a folder's files that hold arrays, or the tokens beside them. */
export function arraysOf(files: readonly BroughtFile[]): File[] {
  const isOfUse = (name: string) => isArrays(name) || SAFETENSORS.test(name) || /\.json$/i.test(name);
  return files.map(({ file }) => file).filter(({ name }) => isOfUse(name));
}

/** Why files are no use to the page. */
export function uselessWords(files: readonly BroughtFile[]): string {
  const [first, second] = files;
  const what =
    first === undefined
      ? 'No file was there'
      : second === undefined
        ? `${first.path} is neither a model nor arrays`
        : 'These files are neither a model nor arrays';
  return `${what}: bring a GGUF, a folder with a config.json, or .npy, .npz or .safetensors files.`;
}

/** What tools keep for themselves, such as all of Git's history, lies in names that begin with a dot. */
const isHidden = (path: string) => path.split('/').some((name) => name.startsWith('.'));

/** The files that a person chose in an input, which knows their folders where it asked for one. */
export function chosenFiles(files: FileList | null): BroughtFile[] {
  return [...(files ?? [])]
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }))
    .filter(({ path }) => !isHidden(path));
}

/** What is in a folder; it is told in batches, the last of which is empty. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (batch.length === 0) return entries;
    entries.push(...batch);
  }
}

/** The files that were dropped, with all in folders. It has to be called while the drop is handled. */
export async function droppedFiles({ items }: DataTransfer): Promise<BroughtFile[]> {
  const dropped = [...items].map((item) => {
    const entry = item.webkitGetAsEntry();
    return entry?.isDirectory === true ? entry : item.getAsFile();
  });
  const found: BroughtFile[] = [];
  const take = async (entry: FileSystemEntry): Promise<void> => {
    if (isHidden(entry.fullPath)) return;
    if (entry.isDirectory) {
      for (const inner of await entriesOf(entry as FileSystemDirectoryEntry)) await take(inner);
      return;
    }
    if (found.length === MOST_FILES) {
      throw new Error(`More than ${MOST_FILES} files were dropped; drop the folder of one model.`);
    }
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    });
    found.push({ file, path: entry.fullPath.replace(/^\//, '') });
  };
  for (const one of dropped) {
    if (one instanceof File) found.push({ file: one, path: one.name });
    else if (one !== null) await take(one);
  }
  return found;
}
