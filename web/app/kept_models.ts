import { canKeepFiles, forgetFiles, keptFiles } from '../lib/files/kept_files.js';
import { find } from './find.js';
import { megabytes } from '../element/words.js';

/** The files of models that this browser keeps, each with a button that forgets it. */
export class KeptModels {
  readonly #root = find<HTMLDetailsElement>('#kept');
  readonly #list = find<HTMLUListElement>('ul', this.#root);
  readonly #words = find<HTMLElement>('p', this.#root);

  constructor() {
    this.#root.addEventListener('toggle', () => void this.show());
  }

  async show(): Promise<void> {
    const files = await keptFiles();
    this.#words.textContent = canKeepFiles()
      ? files.length > 0
        ? 'Models from the hub stay in this browser until you remove them.'
        : 'No model is kept in this browser.'
      : 'Models are kept only on https and localhost, so none is kept here.';
    this.#list.replaceChildren(...files.map(({ url, bytes }) => this.#item(url, bytes)));
  }

  #item(url: string, bytes: number): HTMLElement {
    const item = document.createElement('li');
    const name = document.createElement('span');
    name.textContent = `${new URL(url).pathname.split('/').at(-1)}, ${megabytes(bytes)} MB`;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Remove';
    button.addEventListener('click', () => {
      find<HTMLElement>('summary', this.#root).focus();
      void forgetFiles(url).then(() => this.show());
    });
    item.append(name, button);
    return item;
  }
}
