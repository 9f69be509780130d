import { chosenFiles, type BroughtFile } from './brought_files.js';
import { find } from './find.js';
import type { ModelChoice } from './open_model.js';

/** The list of models, of which the last is a person's own: files, or a folder. */
export class ModelChooser {
  readonly #list = find<HTMLSelectElement>('#model');

  constructor(
    onChoose: (choice: ModelChoice) => void,
    onBring: (files: readonly BroughtFile[]) => void,
    /** What is chosen now, as the list says it. */
    readonly chosen: () => ModelChoice,
  ) {
    const files = find<HTMLInputElement>('#own-model');
    const folder = find<HTMLInputElement>('#own-folder');
    const folderButton = find<HTMLButtonElement>('#choose-folder');
    this.#list.addEventListener('change', () => {
      if (this.#list.value === 'own') return files.click();
      onChoose(this.#list.value as ModelChoice);
    });
    for (const input of [files, folder]) {
      input.addEventListener('change', () => {
        onBring(chosenFiles(input.files));
        input.value = '';
      });
      input.addEventListener('cancel', () => this.show());
    }
    // Not every phone has folders to choose from.
    folderButton.hidden = !('webkitdirectory' in folder);
    folderButton.addEventListener('click', () => folder.click());
  }

  /** Has the list say what is chosen. */
  show(): void {
    const choice = this.chosen();
    this.#list.value = typeof choice === 'string' ? choice : 'own';
  }

  /** The choice that a link names; undefined where there is none of that name. */
  named(name: string): ModelChoice | undefined {
    const isKnown = name !== 'own' && [...this.#list.options].some(({ value }) => value === name);
    return isKnown ? (name as ModelChoice) : undefined;
  }
}
