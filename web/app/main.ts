import type { HeadPlace } from '../lib/index.js';
import { Artist } from './artist.js';
import { find, pixelWidth, show } from './canvas.js';
import { HeadGrid } from './head_grid.js';
import { MapView } from './map_view.js';
import type { Drawing, Reply, Style } from './protocol.js';
import { Readout } from './readout.js';
import { Status } from './status.js';
import { decimal } from './words.js';

const textBox = find<HTMLTextAreaElement>('#text');
const headName = find<HTMLElement>('#head-name');
const barCanvas = find<HTMLCanvasElement>('#bar canvas');
const ignoreFirst = find<HTMLInputElement>('#ignore-first');
const examples = [...document.querySelectorAll<HTMLButtonElement>('#examples button')];
const dark = matchMedia('(prefers-color-scheme: dark)');

const status = new Status();
const readout = new Readout(find('#readout'));
const map = new MapView(find('#map'), () => describeCell());
const grid = new HeadGrid(find('#grid'), (place) => {
  chosen = place;
  draw();
});
const artist = new Artist((message) => receive(message));

// The head that finds what the first example's pronoun stands for.
let chosen: HeadPlace = { layer: 5, head: 11 };
let drawing: Drawing | undefined;
let typedAt: number | undefined;
let modelIs: 'loading' | 'there' | 'missing' = 'loading';

function style(): Style {
  const colours = find<HTMLInputElement>('input[name=colours]:checked').value as Style['colours'];
  return { colours, ignoreFirstKey: ignoreFirst.checked, theme: dark.matches ? 'dark' : 'light' };
}

/** Asks for the map of the chosen head and, where something else than the head changed, for all heads. */
function draw({ withGrid = false } = {}): void {
  if (textBox.value.trim() === '') {
    readout.clear('Type a sentence, or choose an example.');
    return;
  }
  artist.draw({
    kind: 'draw',
    text: textBox.value,
    trace: examples.find(({ dataset }) => dataset.text === textBox.value)?.dataset.trace,
    ...chosen,
    tileSize: withGrid ? grid.tileSize : 0,
    mapSize: map.size,
    barWidth: pixelWidth(barCanvas),
    style: style(),
  });
}

function describeCell(): void {
  if (drawing === undefined) return;
  readout.show(drawing.tokens, drawing.weights, drawing.scores, map.cell);
}

function receiveDrawing(received: Drawing): void {
  drawing = received;
  const { request, tokens, tiles, numLayers, numHeads, truncated } = received;
  grid.show(tiles, numLayers, numHeads);
  grid.choose(request);
  map.show(received.map, tokens);
  show(barCanvas, received.bar);
  const { max } = received.map;
  find('#bar .low').textContent = request.style.colours === 'log' ? decimal(max / 10_000) : '0';
  find('#bar .high').textContent = decimal(max);
  headName.textContent = `Layer ${request.layer}, head ${request.head}`;
  describeCell();
  if (truncated) {
    status.say(`The text is longer than the model reads: these are its first ${tokens.length} tokens.`);
  } else if (modelIs === 'there') {
    status.say(`${received.model}, ${tokens.length} tokens`);
  }
  if (typedAt !== undefined && request.text === textBox.value) {
    document.documentElement.dataset.latency = (performance.now() - typedAt).toFixed(1);
    typedAt = undefined;
  }
  document.documentElement.dataset.shown = request.text;
}

function loadModel(): void {
  modelIs = 'loading';
  status.say('Loading the model …');
  artist.tell({ kind: 'load' });
}

function withoutModel(words: string): void {
  modelIs = 'missing';
  status.say(`${words} The examples work without it.`, { label: 'Load the model', action: loadModel });
}

function receive(reply: Reply): void {
  switch (reply.kind) {
    case 'drawing':
      return receiveDrawing(reply);
    case 'needs model':
      return readout.clear(
        modelIs === 'loading'
          ? 'Your text is shown as soon as the model is here.'
          : 'Your own text needs the model; the examples are shown without it.',
      );
    case 'error':
      return readout.clear(reply.message);
    case 'loading':
      return status.progress(reply.loaded, reply.total, () => artist.tell({ kind: 'cancel' }));
    case 'loaded':
      modelIs = 'there';
      status.say('The model is here.');
      return draw({ withGrid: true });
    case 'cancelled':
      return withoutModel('Loading was stopped.');
    case 'failed':
      return withoutModel(reply.message);
  }
}

for (const button of examples) {
  button.addEventListener('click', () => {
    textBox.value = button.dataset.text ?? '';
    draw({ withGrid: true });
  });
}

textBox.addEventListener('input', () => {
  typedAt = performance.now();
  draw({ withGrid: true });
});
for (const input of document.querySelectorAll('fieldset input')) {
  input.addEventListener('change', () => draw({ withGrid: true }));
}
dark.addEventListener('change', () => draw({ withGrid: true }));
new ResizeObserver(() => draw({ withGrid: true })).observe(find('#map .plane'));

draw({ withGrid: true });
loadModel();
