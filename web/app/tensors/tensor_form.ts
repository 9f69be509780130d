import { make } from '../../element/make.js';
import type { Arrays } from './arrays.js';
import {
  axisOrders,
  giveTensors,
  guessChoice,
  tokenLists,
  type AxisOrder,
  type Given,
} from './give_tensors.js';
import { ROLES, type Role } from './roles.js';

/** How many arrays that aren't used are named. */
const MOST_NAMED = 12;

type Select = HTMLSelectElement;

function row(words: string, select: Select): HTMLElement {
  return make('p', { class: 'choice' }, make('label', { for: select.id }, words), select);
}

function selectOf(id: string, options: readonly (readonly [value: string, words: string])[]): Select {
  return make('select', { id }, ...options.map(([value, words]) => make('option', { value }, words)));
}

/** Which array stands for what: guessed, and a person's to change. */
export class TensorForm {
  readonly root = make('div');
  readonly #arrays: Arrays;
  readonly #roles: ReadonlyMap<Role, Select>;
  readonly #order = selectOf('axis-order', [
    ['heads', 'heads, then tokens'],
    ['tokens', 'tokens, then heads'],
  ]);
  readonly #orderRow = row('axes', this.#order);
  readonly #rowTokens: Select;
  readonly #keyTokens: Select;
  readonly #causal = make('input', { type: 'checkbox', id: 'is-causal' });
  readonly #causalRow = make(
    'label',
    { class: 'choice' },
    this.#causal,
    'no query looks at later keys (causal)',
  );
  #guessNotes: readonly string[];
  readonly #notes = make('p', { class: 'quiet', id: 'tensor-notes' });

  constructor(arrays: Arrays, onDraw: () => void) {
    this.#arrays = arrays;
    const guessed = guessChoice(arrays);
    this.#guessNotes = guessed.notes;
    this.#causal.checked = guessed.isCausal;
    this.#roles = new Map(ROLES.map((role) => [role, this.#roleSelect(role, guessed.roles.get(role))]));
    const lists = [...tokenLists(arrays)].map(([name, list]) => [name, `${name} (${list.length})`] as const);
    const fitting = [['', 'those that fit'], ...lists] as const;
    this.#rowTokens = selectOf('row-tokens', fitting);
    this.#keyTokens = selectOf('key-tokens', fitting);
    const draw = make('button', { type: 'button' }, 'Draw');
    draw.addEventListener('click', onDraw);
    this.root.append(
      ...[...this.#roles]
        .filter(([, select]) => select.options.length > 1)
        .map(([role, select]) => row(role, select)),
      this.#orderRow,
      ...(lists.length < 2
        ? []
        : [row('tokens of the queries', this.#rowTokens), row('tokens of the keys', this.#keyTokens)]),
      this.#causalRow,
      make('p', { class: 'buttons' }, draw),
      this.#notes,
    );
    this.root.addEventListener('change', ({ target }) => {
      this.#guessNotes = [];
      if ([...this.#roles.values()].includes(target as Select)) this.#fit();
    });
    this.#fit();
  }

  #roleSelect(role: Role, guessed = ''): Select {
    const isMask = role === 'mask';
    const candidates = [...this.#arrays.numbers].filter(([name, { shape, kind }]) =>
      isMask ? kind === 'boolean' || /mask/i.test(name) : shape.length >= 2,
    );
    const options = candidates.map(([name, { shape }]) => [name, `${name} [${shape.join(', ')}]`] as const);
    const select = selectOf(`role-${role}`, [['', 'none'], ...options]);
    select.value = guessed;
    return select;
  }

  #chosen(): Map<Role, string> {
    const chosen = [...this.#roles].filter(([, { value }]) => value !== '');
    return new Map(chosen.map(([role, { value }]) => [role, value]));
  }

  /** Shows what there is to choose for these roles. */
  #fit(): void {
    const roles = this.#chosen();
    const orders = axisOrders(this.#arrays, roles);
    this.#order.value = orders[0] ?? 'heads';
    this.#orderRow.hidden = orders.length < 2 || roles.has('weights');
    this.#causalRow.hidden = roles.has('weights');
  }

  /** What is chosen, as core.openTensors takes it. */
  give(): Given {
    const roles = this.#chosen();
    if (roles.size === 0) throw new Error('Choose which array is which, and draw.');
    return giveTensors(this.#arrays, {
      roles,
      order: this.#order.value as AxisOrder,
      isCausal: this.#causal.checked,
      rowTokens: this.#rowTokens.value || undefined,
      keyTokens: this.#keyTokens.value || undefined,
    });
  }

  /** Takes a person to where something is to be chosen. */
  focus(): void {
    this.#roles.get(ROLES[0])?.focus();
  }

  /** Says why nothing is drawn: the page's own line may be far away. */
  fail(words: string): void {
    this.#notes.textContent = words;
  }

  /** Says how what is drawn came about, and what isn't used. */
  note({ notes, used }: Pick<Given, 'notes' | 'used'>): void {
    const { numbers, texts, leftOut } = this.#arrays;
    const idle = [
      ...[...numbers.keys(), ...texts.keys()].filter((name) => !used.has(name)),
      ...[...leftOut].map(([name, reason]) => (reason.startsWith(name) ? reason : `${name} (${reason})`)),
    ];
    const others = idle.length > MOST_NAMED ? ` and ${idle.length - MOST_NAMED} others` : '';
    const words = idle.length === 0 ? [] : [`Not used: ${idle.slice(0, MOST_NAMED).join(', ')}${others}.`];
    this.#notes.textContent = [...this.#guessNotes, ...notes, ...words].join(' ');
  }
}
