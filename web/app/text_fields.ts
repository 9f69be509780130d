import type { RunText } from '../lib/model/run_input.js';
import { joinTexts } from '../lib/text/tokenizer.js';
import type { ModelFacts } from './explorer.js';
import { find } from './find.js';

/** What is typed: a text, and a second one where an encoder reads two; it is empty where there is none. */
export interface Texts {
  text: string;
  second: string;
}

/** The field of the text and, where it is asked for, that of a second one. A model without a tokenizer takes ids. */
export class TextFields {
  readonly #text = find<HTMLTextAreaElement>('#text');
  readonly #second = find<HTMLTextAreaElement>('#second-text');
  readonly #secondField = find<HTMLElement>('#second');
  readonly #add = find<HTMLButtonElement>('#add-second');
  readonly #remove = find<HTMLButtonElement>('#remove-second');
  readonly #label = find<HTMLLabelElement>('label[for=text]');
  #model: ModelFacts | undefined;
  #isAsked = false;

  /** `onType` is told at every letter, `onEdit` where a person rests. */
  constructor(onType: (timeStamp: number) => void, onEdit: () => void) {
    for (const field of [this.#text, this.#second]) {
      field.addEventListener('input', ({ timeStamp }) => onType(timeStamp));
      field.addEventListener('change', onEdit);
    }
    this.#add.addEventListener('click', () => {
      this.#ask(true);
      this.#second.focus();
    });
    this.#remove.addEventListener('click', () => {
      this.#second.value = '';
      this.#ask(false);
      this.#add.focus();
      onEdit();
    });
  }

  get texts(): Texts {
    return { text: this.#text.value, second: this.#second.value };
  }

  set texts({ text, second }: Texts) {
    this.#text.value = text;
    this.#second.value = second;
    this.#ask(second !== '');
  }

  /** What reads the texts now. */
  set model(model: ModelFacts | undefined) {
    this.#model = model;
    this.#label.textContent = model?.takesTexts === false ? 'Token ids' : 'Your text';
    this.#ask(this.#isAsked);
  }

  get isEmpty(): boolean {
    return this.#text.value.trim() === '';
  }

  /** Whether two texts are read. */
  get areTwo(): boolean {
    return this.#hasPairs && this.#second.value.trim() !== '';
  }

  /** Before a model is here it is taken for one that reads two texts, as MiniLM does. */
  get #hasPairs(): boolean {
    return this.#model?.takesPairs ?? true;
  }

  /**
   * What the model is to run.
   *
   * @throws Error where it takes ids, and something else is typed
   */
  get input(): RunText {
    const { text, second } = this.texts;
    if (this.#model?.takesTexts === false) return readIds(text, this.#model.vocabSize);
    return this.areTwo ? [text, second] : text;
  }

  /** The text in which the places of tokens count. */
  get joined(): string {
    const { text, second } = this.texts;
    if (this.#model?.takesTexts === false) return '';
    return joinTexts(this.areTwo ? [text, second] : text);
  }

  #ask(isAsked: boolean): void {
    this.#isAsked = isAsked;
    this.#secondField.hidden = !isAsked || !this.#hasPairs;
    this.#add.hidden = isAsked;
    // It keeps its place, so that nothing moves with another model.
    this.#add.style.visibility = this.#hasPairs ? 'visible' : 'hidden';
  }
}

function readIds(text: string, vocabSize: number): number[] {
  const words = text.split(/[\s,;[\]]+/).filter((word) => word !== '');
  const isId = (word: string) => /^\d{1,9}$/.test(word) && Number(word) < vocabSize;
  if (words.every(isId)) return words.map(Number);
  throw new Error(`This model has no tokenizer: type ids, whole numbers from 0 to ${vocabSize - 1}.`);
}
