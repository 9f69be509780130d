import { find } from './find.js';
import type { ModelChoice } from './open_model.js';

/** The list of models, of which the last is a person's own files: chosen, or dropped on the page. */
export class ModelChooser {
  readonly #list = find<HTMLSelectElement>('#model');
  readonly #files = find<HTMLInputElement>('#own-model');
  readonly #onChoose: (choice: ModelChoice) => void;
  #before = this.#list.value;

  constructor(onChoose: (choice: ModelChoice) => void) {
    this.#onChoose = onChoose;
    this.#list.addEventListener('change', () => {
      if (this.#list.value === 'own') return this.#files.click();
      this.#choose(this.#list.value as ModelChoice);
    });
    this.#files.addEventListener('change', () => this.#take(this.#files.files));
    this.#files.addEventListener('cancel', () => (this.#list.value = this.#before));
    addEventListener('dragover', (event) => event.preventDefault());
    addEventListener('drop', (event) => {
      event.preventDefault();
      this.#take(event.dataTransfer?.files ?? null);
    });
  }

  /** Shows a choice that a link named; undefined where there is none of that name. */
  preset(name: string): ModelChoice | undefined {
    const isKnown = name !== 'own' && [...this.#list.options].some(({ value }) => value === name);
    if (!isKnown) return undefined;
    this.#list.value = this.#before = name;
    return name as ModelChoice;
  }

  #take(files: FileList | null): void {
    if (files === null || files.length === 0) return;
    this.#list.value = 'own';
    this.#choose([...files]);
    this.#files.value = '';
  }

  #choose(choice: ModelChoice): void {
    this.#before = this.#list.value;
    this.#onChoose(choice);
  }
}
