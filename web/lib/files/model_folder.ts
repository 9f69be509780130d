import { AttentionError } from '../errors.js';

const WEIGHTS = /\.(safetensors|bin|h5|msgpack|onnx|pth|npz)$/;

/** Where a file lay in what was chosen or dropped: `folder/name`, or its name alone. */
export function pathOf(file: File): string {
  // Node's File has no webkitRelativePath.
  return (file as Partial<File>).webkitRelativePath || file.name;
}

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);

/** The folder that all paths lie in, which ends in a slash; '' for none. */
function commonFolder(paths: readonly string[]): string {
  let common = folderOf(paths[0] ?? '');
  while (!paths.every((path) => path.startsWith(common))) common = folderOf(common.slice(0, -1));
  return common;
}

/** The folder of the config.json that lies highest, or of those as high the one that has weights. */
function topFolder(paths: readonly string[]): string {
  const folders = paths.filter((path) => path.split('/').at(-1) === 'config.json').map(folderOf);
  const depthOf = (folder: string) => folder.split('/').length;
  const least = Math.min(...folders.map(depthOf));
  const highest = folders.filter((folder) => depthOf(folder) === least);
  const withWeights = highest.filter((folder) =>
    paths.some((path) => folderOf(path) === folder && WEIGHTS.test(path)),
  );
  const [first, second] = withWeights.length > 0 ? withWeights : highest;
  if (second !== undefined) {
    throw new AttentionError(
      'invalid-argument',
      `source must hold one model, got two: ${first}config.json and ${second}config.json.`,
    );
  }
  return first ?? commonFolder(paths);
}

/**
 * The files of the one model among those that were chosen or dropped, by their paths in its folder, whose name is '' where
 * files don't say where they lay.
 */
export function modelFolder(files: readonly File[]): { name: string; files: ReadonlyMap<string, File> } {
  const paths = files.map(pathOf);
  const folder = topFolder(paths);
  const inFolder = files.flatMap((file, i) => {
    const path = paths[i] as string;
    return path.startsWith(folder) ? [[path.slice(folder.length), file] as const] : [];
  });
  return { name: folder.split('/').at(-2) ?? '', files: new Map(inFolder) };
}
