import { droppedFiles, type BroughtFile } from './brought_files.js';

/** What a drop without files is told. */
const NO_FILE = 'No file was dropped; a text goes into the field above.';

/** Takes what is dropped anywhere on the page. Texts that are dropped on a field go into the field. */
export function listenToDrops(
  bring: (files: readonly BroughtFile[]) => void,
  fail: (error: unknown) => void,
): void {
  /** The newest drop: an earlier one, whose folders are still being read, is forgotten. */
  let newest = 0;
  const isForField = ({ target, dataTransfer }: DragEvent) =>
    target instanceof Element &&
    target.matches('textarea, input[type=text]') &&
    dataTransfer?.types.includes('Files') !== true;
  addEventListener('dragover', (event) => {
    if (!isForField(event)) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    if (isForField(event)) return;
    event.preventDefault();
    const { dataTransfer } = event;
    if (dataTransfer?.types.includes('Files') !== true) return fail(new Error(NO_FILE));
    const drop = ++newest;
    droppedFiles(dataTransfer).then(
      (files) => drop === newest && bring(files),
      (error: unknown) => drop === newest && fail(error),
    );
  });
}
