import type { Opened } from '../../element/shared_engine.js';
import type { ExplorerCalls } from '../connect.js';
import { errorWords } from '../failures.js';
import { find } from '../find.js';
import type { TensorForm } from './tensor_form.js';

/** A person's own arrays: what is in their files, which is which, guessed and to be changed, and what is drawn of it. */
export class TensorChooser {
  readonly #root = find<HTMLDetailsElement>('#bring');
  readonly #content = find<HTMLElement>('.content', this.#root);
  readonly #files = find<HTMLInputElement>('#own-tensors');

  constructor(
    readonly explorer: ExplorerCalls,
    readonly onOpen: (opened: Opened) => void,
    readonly say: (words: string) => void,
  ) {
    find('#choose-tensors').addEventListener('click', () => this.#files.click());
    this.#files.addEventListener('change', () => {
      void this.take([...(this.#files.files ?? [])]);
      this.#files.value = '';
    });
  }

  /** Offers the arrays of files, and draws what they are guessed to be. */
  async take(files: readonly File[]): Promise<void> {
    try {
      const [{ isTrace, readArrays }, { TensorForm }] = await Promise.all([
        import('./read_tensors.js'),
        import('./tensor_form.js'),
      ]);
      const [first, ...others] = files;
      if (first !== undefined && others.length === 0 && first.name.endsWith('.safetensors')) {
        const bytes = new Uint8Array(await first.arrayBuffer());
        if (isTrace(bytes)) return await this.#openTrace(bytes);
      }
      const form = new TensorForm(await readArrays(files), () => void this.#draw(form));
      this.#root.open = true;
      this.#content.replaceChildren(form.root);
      if (!(await this.#draw(form))) form.focus();
    } catch (error) {
      this.say(errorWords(error));
    }
  }

  async #openTrace(bytes: Uint8Array): Promise<void> {
    this.onOpen(await this.explorer.openTrace(bytes));
    this.#content.replaceChildren();
    this.say('This trace is drawn.');
  }

  /** Whether what is chosen could be drawn; else it is said why not. */
  async #draw(form: TensorForm): Promise<boolean> {
    try {
      const given = form.give();
      this.onOpen(await this.explorer.openTensors({ ...given.tensors, model: 'your tensors' }));
      form.note(given);
      this.say('Your own tensors are drawn.');
      return true;
    } catch (error) {
      const words = errorWords(error);
      form.fail(words);
      this.say(words);
      return false;
    }
  }
}
