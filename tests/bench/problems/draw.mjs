import { normals } from './random.mjs';

const COLOURS = 256;
/** Of a channel: less than the step to the next colour of the scale, more than a rounding. */
const SMALLEST_STEP = 0.02;

/** Maps of weights, each to be drawn on a canvas of one pixel a cell, the strongest weight in the last colour. */
export async function draw(workload, host) {
  const { maps, size } = workload;
  const random = normals(1);
  const weights = Array.from({ length: maps }, () => randomMap(size, random));
  const canvases = weights.map(() =>
    Object.assign(document.createElement('canvas'), { width: size, height: size }),
  );
  const colours = await ourColours(host);
  return {
    ...workload,
    weights,
    canvases: canvases.map((canvas) => canvas.getContext('2d')),
    colours,
    tolerance: SMALLEST_STEP,
    errorOf(contexts) {
      return Math.max(...contexts.map((context, map) => largestDifference(context, weights[map], colours)));
    },
  };
}

/** Rows of softmax. */
function randomMap(size, random) {
  const map = new Float32Array(size * size);
  for (let first = 0; first < map.length; first += size) {
    let sum = 0;
    for (let i = first; i < first + size; ++i) sum += map[i] = Math.exp(random());
    for (let i = first; i < first + size; ++i) map[i] /= sum;
  }
  return map;
}

/** Our own scale as 32-bit pixels, so that all draw the same picture. */
async function ourColours({ load }) {
  const core = await load();
  const ramp = Float32Array.from({ length: COLOURS }, (_, i) => i / (COLOURS - 1));
  const weights = { data: ramp, shape: [1, COLOURS] };
  const { pixels } = core.paint({ weights, width: COLOURS, height: 1, max: 1 });
  return new Uint32Array(pixels.buffer);
}

/** How far any channel of any pixel is from its colour, of 1. */
function largestDifference(context, weights, colours) {
  const { width, height } = context.canvas;
  const { data } = context.getImageData(0, 0, width, height);
  const channels = new Uint8Array(colours.buffer);
  const top = weights.reduce((largest, weight) => Math.max(largest, weight), 0);
  let largest = 0;
  weights.forEach((weight, i) => {
    const colour = Math.round((weight / top) * (COLOURS - 1));
    for (let channel = 0; channel < 4; ++channel) {
      largest = Math.max(largest, Math.abs(data[4 * i + channel] - channels[4 * colour + channel]));
    }
  });
  return largest / 255;
}
