import { make } from '../../element/make.js';
import type { Opened } from '../../element/shared_engine.js';
import type { ExplorerCalls } from '../connect.js';
import { errorWords } from '../failures.js';
import { find } from '../find.js';
import {
  areTensors,
  givenTensors,
  guessRoles,
  readTensorFiles,
  ROLES,
  type NamedTensors,
  type Role,
} from './read_tensors.js';

/** A person's own arrays: their names and shapes, and which is which, guessed and to be changed. */
export class TensorChooser {
  readonly #root = find<HTMLDetailsElement>('#bring');
  readonly #content = find<HTMLElement>('.content', this.#root);
  readonly #files = find<HTMLInputElement>('#own-tensors');
  #tokens: string[] | undefined;

  constructor(
    readonly explorer: ExplorerCalls,
    readonly onOpen: (opened: Opened) => void,
    readonly say: (words: string) => void,
  ) {
    find('#choose-tensors').addEventListener('click', () => this.#files.click());
    this.#files.addEventListener('change', () => {
      void this.#take([...(this.#files.files ?? [])]);
      this.#files.value = '';
    });
    // Before the page takes what is dropped for a model.
    addEventListener(
      'drop',
      (event) => {
        const files = [...(event.dataTransfer?.files ?? [])];
        const arrays = files.filter(({ name }) => !name.endsWith('.json'));
        if (arrays.length === 0 || !areTensors(arrays)) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        void this.#take(files);
      },
      { capture: true },
    );
  }

  async #take(files: readonly File[]): Promise<void> {
    try {
      const labels = files.find(({ name }) => name.endsWith('.json'));
      this.#tokens = labels === undefined ? undefined : readLabels(await labels.text());
      const tensors = await readTensorFiles(files.filter((file) => file !== labels));
      this.#root.open = true;
      await this.#offer(tensors);
    } catch (error) {
      this.say(errorWords(error));
    }
  }

  async #offer(tensors: NamedTensors): Promise<void> {
    const guessed = guessRoles(tensors);
    const choices = ROLES.map((role) => {
      const select = make('select', { id: `role-${role}` }, make('option', { value: '' }, 'none'));
      for (const [name, { shape }] of tensors)
        select.append(make('option', { value: name }, `${name} [${shape.join(', ')}]`));
      select.value = guessed.get(role) ?? '';
      return { role, select };
    });
    const causal = make('input', { type: 'checkbox', id: 'is-causal' });
    const draw = make('button', { type: 'button' }, 'Draw');
    draw.addEventListener('click', () => {
      const roles = new Map(
        choices.filter(({ select }) => select.value !== '').map(({ role, select }) => [role, select.value]),
      );
      void this.#draw(tensors, roles, causal.checked);
    });
    const labelled = choices.map(({ role, select }) =>
      make('p', { class: 'choice' }, make('label', { for: select.id }, role), select),
    );
    const switches = make('label', { class: 'choice' }, causal, 'no query looks at later keys');
    this.#content.replaceChildren(...labelled, switches, make('p', { class: 'buttons' }, draw));
    await this.#draw(tensors, guessed, false);
  }

  async #draw(tensors: NamedTensors, roles: ReadonlyMap<Role, string>, isCausal: boolean): Promise<void> {
    try {
      this.onOpen(
        await this.explorer.openTensors({
          ...givenTensors(tensors, roles),
          isCausal,
          tokens: this.#tokens,
          model: 'your tensors',
        }),
      );
      this.say('Your own tensors are drawn.');
    } catch (error) {
      this.say(errorWords(error));
    }
  }
}

function readLabels(text: string): string[] {
  const labels: unknown = JSON.parse(text);
  if (Array.isArray(labels) && labels.every((label) => typeof label === 'string')) return labels;
  throw new Error('The file of tokens must be a JSON list of strings.');
}
