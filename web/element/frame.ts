import type { FigureType } from './figure.js';
import { make } from './make.js';
import SHADOW from './shadow.css';
import { styleSheet } from './style.js';
import type { View } from './view.js';

/** The views of a head, by the words on their tabs. */
export const VIEWS = { map: 'Map', lines: 'Lines', words: 'Words', inside: 'Inside' } as const;
export type ViewName = keyof typeof VIEWS;
const VIEW_NAMES = Object.keys(VIEWS) as ViewName[];

/** What is laid over the view. */
export type PanelName = 'heads' | 'table';

/** What a person does with the frame. */
export interface FrameActions {
  view(name: ViewName): void;
  panel(name: PanelName | undefined): void;
  whatIf(isOpen: boolean): void;
  save(type: FigureType): void;
  type(text: string): void;
}

function toggle(words: string, panel: string, act: (isOn: boolean) => void): HTMLButtonElement {
  const button = make(
    'button',
    { type: 'button', 'aria-pressed': 'false', 'data-panel': panel, part: 'button' },
    words,
  );
  button.addEventListener('click', () => act(button.getAttribute('aria-pressed') !== 'true'));
  return button;
}

/** The tabs of the views: arrow keys go from one to the next. */
function tabs(choose: (name: ViewName) => void): HTMLElement {
  const list = make('div', { class: 'tabs', role: 'tablist', 'aria-label': 'View' });
  list.append(
    ...VIEW_NAMES.map((name) => {
      const attributes = {
        type: 'button',
        role: 'tab',
        id: `tab-${name}`,
        'aria-controls': 'view',
        part: 'tab',
      };
      const tab = make('button', { ...attributes, 'data-view': name }, VIEWS[name]);
      tab.addEventListener('click', () => choose(name));
      return tab;
    }),
  );
  list.addEventListener('keydown', (event) => {
    const at = VIEW_NAMES.indexOf((event.target as HTMLElement).dataset.view as ViewName);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = VIEW_NAMES[(at + step + VIEW_NAMES.length) % VIEW_NAMES.length] as ViewName;
    choose(next);
    list.querySelector<HTMLElement>(`[data-view=${next}]`)?.focus();
  });
  return list;
}

/** Everything around a view, in the element's shadow. */
export class Frame {
  readonly root = make('div', { class: 'frame', part: 'frame' });
  readonly headName = make('span', {});
  readonly headWords = make('span', { class: 'quiet' });
  readonly headButton = make(
    'button',
    { type: 'button', class: 'head-button', 'aria-expanded': 'false', part: 'button' },
    this.headName,
    this.headWords,
  );
  readonly view = make('div', { class: 'view', id: 'view', role: 'tabpanel' });
  readonly panel = make('div', { class: 'panel', hidden: true, role: 'region', tabindex: '0' });
  readonly strip = make('div', { class: 'strip', hidden: true });
  readonly sentence = make('p', { class: 'sentence', role: 'status', 'aria-atomic': 'true' });
  readonly numbers = make('dl', { class: 'numbers' });
  readonly progress = make('progress', { max: '1', value: '0', 'aria-label': 'Loading' });
  readonly noticeWords = make('p', { role: 'alert' });
  readonly noticeAction = make('button', { type: 'button' });
  readonly textField = make('input', {
    type: 'text',
    'aria-label': 'Your text',
    dir: 'auto',
    spellcheck: 'false',
    autocomplete: 'off',
  });
  readonly #shadow: ShadowRoot;
  readonly #tabs: HTMLElement;
  readonly #notice: HTMLElement;
  readonly #waiting = make('div', { class: 'waiting' }, make('slot'));
  readonly #readout = make('div', { class: 'readout', part: 'readout' }, this.sentence, this.numbers);
  readonly #textRow = make('div', { class: 'text-field', hidden: true }, this.textField);
  readonly #whatIf: HTMLButtonElement;
  readonly #table: HTMLButtonElement;
  readonly #living: HTMLElement[];

  constructor(shadow: ShadowRoot, actions: FrameActions) {
    this.#shadow = shadow;
    this.#adopt(SHADOW);
    this.#tabs = tabs(actions.view);
    this.#whatIf = toggle('What if', 'what-if', actions.whatIf);
    this.#table = toggle('Table', 'table', (isOn) => actions.panel(isOn ? 'table' : undefined));
    const save = make(
      'select',
      { 'aria-label': 'Save as', part: 'button' },
      make('option', { value: '' }, 'Save as…'),
    );
    for (const type of ['png', 'svg', 'csv'] as const)
      save.append(make('option', { value: type }, type.toUpperCase()));
    save.addEventListener('change', () => {
      actions.save(save.value as FigureType);
      save.value = '';
    });
    this.headButton.addEventListener('click', () =>
      actions.panel(this.panelIs === 'heads' ? undefined : 'heads'),
    );
    this.textField.addEventListener('input', () => actions.type(this.textField.value));
    this.#notice = make(
      'div',
      { class: 'notice', hidden: true },
      this.noticeWords,
      this.progress,
      this.noticeAction,
    );
    const top = make('div', { class: 'bar' }, this.headButton, this.#tabs);
    const area = make('div', { class: 'stage-area' }, this.view, this.panel);
    const bottom = make('div', { class: 'bar' }, this.#whatIf, this.#table, save);
    this.#living = [top, this.#textRow, area, this.#readout, this.strip, bottom];
    this.root.append(this.#waiting, ...this.#living, this.#notice);
    this.root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.panelIs !== undefined) {
        actions.panel(undefined);
        (this.panelIs === 'heads' ? this.headButton : this.#table).focus();
      }
      const isTyping = (event.target as Element).matches('input[type=text]');
      if (event.key === 't' && !isTyping && !event.ctrlKey && !event.altKey && !event.metaKey) {
        event.preventDefault();
        actions.panel(this.panelIs === 'table' ? undefined : 'table');
      }
    });
    shadow.append(this.root);
    this.isLive = false;
  }

  /** Whether the head is shown; else what stands between the tags is. */
  set isLive(isLive: boolean) {
    this.#waiting.hidden = isLive;
    for (const part of this.#living)
      part.hidden =
        !isLive || (part === this.#textRow && !this.#isEditable) || (part === this.strip && !this.#hasStrip);
  }

  get isLive(): boolean {
    return this.#waiting.hidden;
  }

  #isEditable = false;
  #hasStrip = false;
  panelIs: PanelName | undefined;

  set isEditable(isEditable: boolean) {
    this.#isEditable = isEditable;
    this.#textRow.hidden = !isEditable || !this.isLive;
  }

  set theme(theme: 'light' | 'dark') {
    this.root.classList.toggle('dark', theme === 'dark');
  }

  /** Whether what is shown is of another text than the one asked for. */
  set isStale(isStale: boolean) {
    this.root.classList.toggle('stale', isStale);
  }

  /** Has rules, where there are any, hold in the element from now on. */
  #adopt(css: string | undefined): void {
    if (css === undefined) return;
    const sheet = styleSheet(css);
    const sheets = this.#shadow.adoptedStyleSheets;
    if (!sheets.includes(sheet)) this.#shadow.adoptedStyleSheets = [...sheets, sheet];
  }

  chooseView(name: ViewName, { root, css }: View): void {
    this.#adopt(css);
    for (const tab of this.#tabs.querySelectorAll<HTMLElement>('[role=tab]')) {
      const isChosen = tab.dataset.view === name;
      tab.setAttribute('aria-selected', String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
    this.view.setAttribute('aria-labelledby', `tab-${name}`);
    this.view.replaceChildren(root);
  }

  showPanel(name: PanelName | undefined, content?: HTMLElement, css?: string): void {
    this.#adopt(css);
    this.panelIs = name;
    this.panel.hidden = name === undefined;
    this.panel.setAttribute('aria-label', name === 'heads' ? 'Choose a head' : 'Table');
    this.view.inert = name !== undefined;
    this.headButton.setAttribute('aria-expanded', String(name === 'heads'));
    this.#table.setAttribute('aria-pressed', String(name === 'table'));
    this.panel.replaceChildren(...(content === undefined ? [] : [content]));
  }

  showWhatIf(content?: HTMLElement, css?: string): void {
    this.#adopt(css);
    this.#hasStrip = content !== undefined;
    this.strip.hidden = content === undefined;
    this.#whatIf.setAttribute('aria-pressed', String(content !== undefined));
    this.strip.replaceChildren(...(content === undefined ? [] : [content]));
  }

  /** Says what is going on or went wrong, with how far it is and what can be done; nothing without words. */
  notify(words: string, part?: number, action?: { label: string; act: () => void }): void {
    this.#notice.hidden = words === '';
    this.#readout.hidden = words !== '' || !this.isLive;
    if (this.noticeWords.textContent !== words) this.noticeWords.textContent = words;
    this.progress.hidden = part === undefined;
    this.progress.value = part ?? 0;
    this.noticeAction.hidden = action === undefined;
    this.noticeAction.textContent = action?.label ?? '';
    this.noticeAction.onclick = action === undefined ? null : () => action.act();
  }
}
