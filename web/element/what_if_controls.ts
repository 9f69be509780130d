import type { HeadResult, MapStyle, WhatIf } from './head_source.js';
import { make } from './make.js';

export { default as WHAT_IF_CSS } from './what_if_controls.css';

/** A switch or a slider of one change. */
interface Control {
  root: HTMLElement;
  show(mechanism: HeadResult['mechanism'], whatIf: WhatIf, numKeys: number): void;
}

type Change = (change: WhatIf) => void;

function checkbox(
  words: string,
  change: (isOn: boolean) => void,
  name = '',
): { root: HTMLElement; input: HTMLInputElement } {
  const input = make('input', { type: 'checkbox' });
  input.addEventListener('change', () => change(input.checked));
  return { root: make('label', { class: `switch ${name}` }, input, words), input };
}

interface Slider {
  name: string;
  min: number;
  max: number;
  step: number;
  /** What a place of the slider says. */
  words(place: number): string;
}

function slider({ name, min, max, step, words }: Slider, change: (place: number) => void) {
  const input = make('input', { type: 'range', min: String(min), max: String(max), step: String(step) });
  const output = make('output', {});
  const say = () => {
    output.textContent = words(Number(input.value));
    input.setAttribute('aria-valuetext', words(Number(input.value)));
  };
  input.addEventListener('input', () => {
    say();
    change(Number(input.value));
  });
  const set = (place: number) => {
    input.value = String(place);
    say();
  };
  return { root: make('label', { class: 'slider' }, make('span', {}, name, ' ', output), input), input, set };
}

function causalControl(change: Change): Control {
  const { root, input } = checkbox('Causal: no looking ahead', (isCausal) => change({ isCausal }));
  return { root, show: ({ isCausal }) => (input.checked = isCausal) };
}

function scaleControl(change: Change): Control {
  const { root, input } = checkbox('Divide by √d', (isScaled) => change({ isScaled }));
  return { root, show: ({ scale }) => (input.checked = scale !== 1) };
}

function removeControl(change: Change): Control {
  const { root, input } = checkbox('Take the head out', (isRemoved) => change({ isRemoved }));
  return { root, show: (_, { isRemoved = false }) => (input.checked = isRemoved) };
}

/** Temperatures from a quarter to four, evenly on a logarithmic scale. */
function temperatureControl(change: Change): Control {
  const number = (place: number) => Number((2 ** place).toPrecision(2));
  const words = (place: number) => String(number(place));
  const { root, set } = slider({ name: 'Temperature', min: -2, max: 2, step: 0.25, words }, (place) =>
    change({ temperature: number(place) }),
  );
  return { root, show: ({ temperature }) => set(Math.log2(temperature)) };
}

function windowControl(change: Change): Control {
  const words = (place: number) => (place === Number(input.max) ? 'all' : `${place} to each side`);
  const { root, input, set } = slider({ name: 'Window', min: 0, max: 1, step: 1, words }, (place) =>
    change({ window: place === Number(input.max) ? null : place }),
  );
  return {
    root,
    show({ slidingWindow }, _, numKeys) {
      input.max = String(numKeys);
      set(slidingWindow?.[0] ?? numKeys);
    },
  };
}

function softcapControl(change: Change): Control {
  const words = (place: number) => (place === 0 ? 'none' : String(place));
  const { root, set } = slider({ name: 'Softcap', min: 0, max: 50, step: 0.5, words }, (softcap) =>
    change({ softcap }),
  );
  return { root, show: ({ softcap }) => set(softcap) };
}

/** A sink's logit; the lowest place stands for none. */
function sinkControl(change: Change): Control {
  const NONE = -6;
  const words = (place: number) => (place === NONE ? 'none' : String(place));
  const { root, set } = slider({ name: 'Sink', min: NONE, max: 10, step: 0.5, words }, (place) =>
    change({ sink: place === NONE ? null : place }),
  );
  return { root, show: ({ sink }) => set(sink ?? NONE) };
}

/** Switches and sliders of what can be changed in a head. */
export class WhatIfControls {
  readonly root: HTMLElement;
  readonly #controls: readonly Control[];
  readonly #log: HTMLInputElement;
  readonly #ignoreFirst: HTMLInputElement;
  readonly #restore = make('button', { type: 'button' }, 'As the model does it');

  constructor(change: Change, restore: () => void, restyle: (change: Partial<MapStyle>) => void) {
    const makers = [
      causalControl,
      scaleControl,
      removeControl,
      temperatureControl,
      windowControl,
      softcapControl,
      sinkControl,
    ];
    this.#controls = makers.map((control) => control(change));
    this.#restore.addEventListener('click', restore);
    const log = checkbox(
      'Logarithmic colours',
      (isLog) => restyle({ colours: isLog ? 'log' : 'linear' }),
      'log',
    );
    const ignoreFirst = checkbox(
      'First key out of the range',
      (ignoreFirstKey) => restyle({ ignoreFirstKey }),
      'ignore-first',
    );
    this.#log = log.input;
    this.#ignoreFirst = ignoreFirst.input;
    const changes = make('div', { class: 'what-if', role: 'group', 'aria-label': 'What if' });
    changes.append(...this.#controls.map(({ root }) => root), this.#restore);
    const colours = make(
      'div',
      { class: 'what-if', role: 'group', 'aria-label': 'Colours' },
      log.root,
      ignoreFirst.root,
    );
    this.root = make('div', {}, changes, colours);
  }

  show(mechanism: HeadResult['mechanism'], whatIf: WhatIf, style: MapStyle, numKeys: number): void {
    this.#log.checked = style.colours === 'log';
    this.#ignoreFirst.checked = style.ignoreFirstKey;
    for (const control of this.#controls) control.show(mechanism, whatIf, numKeys);
    this.#restore.disabled = Object.keys(whatIf).length === 0;
  }
}
