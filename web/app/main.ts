import type { HeadNames, HeadPlace } from '../lib/index.js';
import { Artist } from './artist.js';
import { find, pixelWidth, show } from './canvas.js';
import { HeadGrid } from './head_grid.js';
import { KeptModels } from './kept_models.js';
import { MapView } from './map_view.js';
import { ModelChooser } from './model_chooser.js';
import { Predictions } from './predictions.js';
import type { Drawing, ModelChoice, Order, Reply, Style } from './protocol.js';
import { Readout } from './readout.js';
import { Status } from './status.js';
import { nameWords, rangeWords } from './words.js';

const page = find<HTMLElement>('#page');
const textBox = find<HTMLTextAreaElement>('#text');
const tokenCount = find<HTMLElement>('#count');
const headName = find<HTMLElement>('#head-name');
const bar = find<HTMLElement>('#bar');
const barCanvas = find<HTMLCanvasElement>('canvas', bar);
const ignoreFirst = find<HTMLInputElement>('#ignore-first');
const examples = [...document.querySelectorAll<HTMLButtonElement>('#examples button')];
const headWords = find<HTMLElement>('#head-words');
const ablate = find<HTMLButtonElement>('#ablate');
const restore = find<HTMLButtonElement>('#restore');
const order = find<HTMLSelectElement>('#order');
const nameButton = find<HTMLButtonElement>('#name-heads');
const dark = matchMedia('(prefers-color-scheme: dark)');

const status = new Status();
const readout = new Readout(find('#readout'));
const artist = new Artist((message) => receive(message));
const predictions = new Predictions(
  () => {
    predictions.going = true;
    artist.tell({ kind: 'go on', text: textBox.value });
  },
  () => artist.tell({ kind: 'cancel' }),
);
const map = new MapView(find('#map'), describeCell, () => {
  barWidth = pixelWidth(barCanvas);
  draw({ withHeads: true });
});
const grid = new HeadGrid(find('#grid'), (place) => {
  chosen = place;
  grid.choose(place);
  draw();
});
const kept = new KeptModels();
new ModelChooser((choice) => {
  model = choice;
  textBox.focus();
  loadModel();
});

// The head that finds what the first example's pronoun stands for.
let chosen: HeadPlace = { layer: 5, head: 11 };
/** What is drawn now, where it is of the text in the field. */
let drawing: Drawing | undefined;
let barWidth = 0;
let typedAt: number | undefined;
let model: ModelChoice = 'minilm';
let names: HeadNames | undefined;
/** The heads that are taken out. */
let ablated: readonly HeadPlace[] = [];
let modelIs: 'loading' | 'there' | 'missing' = 'loading';

const isEmpty = () => textBox.value.trim() === '';

function style(): Style {
  const colours = find<HTMLInputElement>('input[name=colours]:checked').value as Style['colours'];
  return { colours, ignoreFirstKey: ignoreFirst.checked, theme: dark.matches ? 'dark' : 'light' };
}

/** Asks for the map of the chosen head and, where something else than the head changed, for all heads. */
function draw({ withHeads = false } = {}): void {
  if (isEmpty()) return drawNothing('Type a sentence, or choose an example.');
  artist.draw({
    kind: 'draw',
    text: textBox.value,
    trace: examples.find(({ dataset }) => dataset.text === textBox.value)?.dataset.trace,
    ...chosen,
    tiling: withHeads ? grid.tiling : undefined,
    mapWidth: map.size.width,
    mapHeight: map.size.height,
    barWidth,
    style: style(),
    ablated,
    order: order.value as Order,
  });
}

/** Says why the maps are not of the text in the field. */
function drawNothing(why: string): void {
  drawing = undefined;
  page.classList.add('stale');
  tokenCount.textContent = '';
  readout.clear(why);
}

function describeCell(): void {
  if (drawing === undefined) return;
  readout.show(drawing.tokens, drawing.weights, drawing.scores, map.cell);
}

/** Notes for tests how long it took from a key to the frame that shows its maps. */
function sayLatency(since: number): void {
  requestAnimationFrame(() => {
    document.documentElement.dataset.latency = (performance.now() - since).toFixed(1);
  });
}

function receiveDrawing(received: Drawing): void {
  if (isEmpty()) return;
  drawing = received;
  const { request, tokens, heads, ordered, numLayers, numHeads, truncated } = received;
  page.classList.remove('stale');
  chosen = { layer: Math.min(chosen.layer, numLayers - 1), head: Math.min(chosen.head, numHeads - 1) };
  grid.frame(numLayers, numHeads);
  if (heads !== undefined && ordered !== undefined) {
    grid.show(heads, ordered, request.order === 'layers');
    grid.describe(names, request.ablated);
  }
  grid.choose(request);
  predictions.show(received.predictions);
  describeHead(request);
  map.show(received.map, tokens);
  show(barCanvas, received.bar);
  const { low, high } = rangeWords(received.map.max, request.style);
  find('.low', bar).textContent = low;
  find('.high', bar).textContent = high;
  headName.textContent = `Layer ${request.layer}, head ${request.head}`;
  tokenCount.textContent = truncated ? `cut to its first ${tokens.length} tokens` : `${tokens.length} tokens`;
  describeCell();
  if (typedAt !== undefined && request.text === textBox.value) {
    sayLatency(typedAt);
    typedAt = undefined;
  }
  document.documentElement.dataset.shown = request.text;
}

const isSame = (a: HeadPlace, b: HeadPlace) => a.layer === b.layer && a.head === b.head;

/** What the chosen head is called, and whether it is taken out. */
function describeHead(place: HeadPlace): void {
  const name = names?.heads.find((head) => isSame(head, place));
  headWords.textContent = name === undefined || names === undefined ? '' : nameWords(name, names.probe);
  const isOut = ablated.some((head) => isSame(head, place));
  ablate.disabled = modelIs !== 'there';
  ablate.setAttribute('aria-pressed', String(isOut));
  ablate.textContent = isOut ? 'Put this head back' : 'Take this head out';
  restore.hidden = ablated.length === 0;
}

function takeOut(heads: readonly HeadPlace[]): void {
  ablated = heads;
  draw({ withHeads: true });
}

function loadModel(): void {
  modelIs = 'loading';
  status.say('Loading the model');
  nameButton.disabled = true;
  artist.tell({ kind: 'load', model });
}

function withoutModel(words: string): void {
  modelIs = 'missing';
  status.say(`${words} The examples work.`, { label: 'Try again', action: loadModel });
  draw();
}

function restart(): void {
  artist.restart();
  loadModel();
  draw({ withHeads: true });
}

function receive(reply: Reply): void {
  switch (reply.kind) {
    case 'drawing':
      return receiveDrawing(reply);
    case 'needs model':
      if (isEmpty()) return;
      return drawNothing(
        modelIs === 'loading'
          ? 'Your text is drawn as soon as the model is here.'
          : 'Your own text needs the model; the examples are drawn without it.',
      );
    case 'error':
      return drawNothing(reply.message);
    case 'loading':
      return status.progress(reply.loaded, reply.total, () => artist.tell({ kind: 'cancel' }));
    case 'loaded':
      modelIs = 'there';
      names = undefined;
      ablated = [];
      nameButton.disabled = false;
      void kept.show();
      status.say(`Read by ${reply.model.split('/').at(-1)}, in your browser.`);
      return draw({ withHeads: true });
    case 'went on':
      predictions.going = !reply.ended;
      textBox.value = reply.text;
      return draw({ withHeads: true });
    case 'naming':
      return status.count('Naming the heads', reply.done, reply.all, () => artist.tell({ kind: 'cancel' }));
    case 'named':
      names = reply.names;
      status.say(`Heads are named by ${names.probe}.`);
      return draw({ withHeads: true });
    case 'cancelled':
      predictions.going = false;
      if (modelIs === 'there') return status.say('Stopped.');
      return withoutModel('Loading was stopped.');
    case 'failed':
      predictions.going = false;
      if (modelIs === 'there') return status.say(reply.message);
      return withoutModel(reply.message);
    case 'broken':
      drawNothing('');
      return status.say(reply.message, { label: 'Try again', action: restart });
  }
}

for (const button of examples) {
  button.addEventListener('click', () => {
    textBox.value = button.dataset.text ?? '';
    draw({ withHeads: true });
  });
}

textBox.addEventListener('input', ({ timeStamp }) => {
  typedAt = timeStamp;
  draw({ withHeads: true });
});
for (const input of document.querySelectorAll('fieldset input')) {
  input.addEventListener('change', () => draw({ withHeads: true }));
}
order.addEventListener('change', () => draw({ withHeads: true }));
nameButton.addEventListener('click', () => artist.tell({ kind: 'name heads' }));
ablate.addEventListener('click', () => {
  const others = ablated.filter((head) => !isSame(head, chosen));
  takeOut(others.length < ablated.length ? others : [...ablated, chosen]);
});
restore.addEventListener('click', () => {
  takeOut([]);
  ablate.focus();
});
dark.addEventListener('change', () => draw({ withHeads: true }));
// The read-out is read aloud to who walks the map, not to who types.
map.plane.addEventListener('focus', () => (readout.aloud = true));
map.plane.addEventListener('blur', () => (readout.aloud = false));

// MiniLM's, so that the frames stand before anything is drawn.
grid.frame(6, 12);
grid.choose(chosen);
loadModel();
