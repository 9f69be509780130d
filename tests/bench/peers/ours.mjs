/** What the functions below are given beside the problem. */
export function start({ load, variant }) {
  return load({ variant });
}

export function attend(problem, core) {
  const { query, key, value, causal, window, weights } = problem;
  const options = {
    isCausal: causal,
    slidingWindow: window === null ? null : [window - 1, 0],
    taps: weights ? ['weights'] : [],
  };
  const resident = { query: core.tensor(query), key: core.tensor(key), value: core.tensor(value) };
  const out = { output: new Float32Array(query.data.length) };
  if (weights) out.weights = new Float32Array(problem.heads * problem.queries * problem.keys);
  const answer = ({ output, taps }) => ({ output: output.data, weights: taps.weights?.data });
  return {
    ours: () => answer(core.attend({ ...resident, ...options, out })),
    'ours, fresh arrays': () => answer(core.attend({ query, key, value, ...options })),
  };
}

export function layer(problem, core) {
  const { x, wQ, wK, wV, wO, heads } = problem;
  const ownLayer = core.createLayer({ wQ, wK, wV, wO, numHeads: heads });
  const resident = core.tensor(x);
  const out = { output: new Float32Array(x.data.length) };
  const answer = ({ output }) => ({ output: output.data });
  return {
    ours: () => answer(ownLayer.forward(resident, { out })),
    'ours, fresh arrays': () => answer(ownLayer.forward(x)),
  };
}

function paintOn(core, context, weights) {
  const { width, height } = context.canvas;
  core.paint({ weights, width, height }, (pixels, y) =>
    context.putImageData(new ImageData(pixels, width), 0, y),
  );
}

export function draw({ weights, size, canvases }, core) {
  const resident = weights.map((data) => core.tensor({ data, shape: [size, size] }));
  const images = canvases.map(({ canvas }) => new ImageData(canvas.width, canvas.height));
  return {
    ours: () => {
      for (const [map, context] of canvases.entries()) paintOn(core, context, resident[map]);
      return canvases;
    },
    'ours: putImageData': () => {
      for (const [map, context] of canvases.entries()) context.putImageData(images[map], 0, 0);
    },
  };
}

export async function largeMap({ query, key, tokens, pixels }, core) {
  const size = { width: pixels, height: pixels };
  const map = await core.openMap({ query, key });
  await map.paint(size);
  const part = tokens / 8;
  const viewAt = (first) => {
    const range = [first, first + part];
    return map.paint({ ...size, queries: range, keys: range });
  };
  const cellsOfPixel = Math.ceil(part / pixels);
  let at = 0;
  return {
    ours: async () => {
      const whole = await core.openMap({ query, key });
      await whole.paint(size);
      whole.dispose();
    },
    'ours: zoomed in by 8': async () => void (await viewAt((at = (at + part) % (tokens - part)))),
    'ours: panned by 16 pixels': async () =>
      void (await viewAt((at = (at + 16 * cellsOfPixel) % (tokens - part)))),
  };
}

/** A model with the places of its heads and an array for each one's map. */
async function loadModel(core, { modelUrl, layers, heads, tokens }) {
  const model = await core.loadModel(modelUrl);
  const places = Array.from({ length: layers * heads }, (_, i) => ({
    layer: Math.floor(i / heads),
    head: i % heads,
  }));
  return { model, places, maps: places.map(() => new Float32Array(tokens * tokens)) };
}

/** Fills the arrays with every head's weights. */
function copyMaps(run, places, maps) {
  for (const [i, place] of places.entries()) run.tap('weights', place, maps[i]);
}

export async function minilm(problem, core) {
  const { model, places, maps } = await loadModel(core, problem);
  const solve = () => {
    const run = model.run(problem.ids);
    copyMaps(run, places, maps);
    const answer = { output: run.lastHidden.data, weights: maps };
    run.dispose();
    return answer;
  };
  return { ours: solve };
}

export async function builtIn({ text, layers, heads, tokens }, core) {
  const { model, places, maps } = await loadModel(core, { modelUrl: 'built-in', layers, heads, tokens });
  return {
    ours: () => {
      const run = model.run(text);
      copyMaps(run, places, maps);
      run.dispose();
    },
  };
}

/** The side of a head's small map, as the explorer draws it. */
const TILE = 42;

export async function typing(problem, core) {
  const { text, tokens } = problem;
  const { model, places, maps } = await loadModel(core, problem);
  const contexts = places.map(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: TILE, height: TILE });
    return canvas.getContext('2d');
  });
  const tokenise = () => model.tokenize(text).tokens.map(({ id }) => id);
  const run = (ids) => model.run(ids);
  const paint = () => {
    for (const [i, data] of maps.entries()) paintOn(core, contexts[i], { data, shape: [tokens, tokens] });
  };
  const kept = run(problem.ids);
  return {
    ours: () => {
      const own = run(tokenise());
      copyMaps(own, places, maps);
      own.dispose();
      paint();
      return { weights: maps };
    },
    'ours: to tokens': () => void tokenise(),
    'ours: the run': () => run(problem.ids).dispose(),
    'ours: 72 maps': () => copyMaps(kept, places, maps),
    'ours: painting': paint,
  };
}

/** Where the largest of the logits is. */
function likeliest(logits) {
  let best = 0;
  for (let id = 1; id < logits.length; ++id) if (logits[id] > logits[best]) best = id;
  return best;
}

async function fetchBytes(url) {
  return (await fetch(url)).arrayBuffer();
}

export async function open({ modelUrl }, core) {
  const bytes = await fetchBytes(modelUrl);
  return {
    ours: async () => (await core.loadModel(bytes)).dispose(),
  };
}

/** A folder's files as a person would drop them. */
export async function openFolder({ modelUrl, names }, core) {
  const files = await Promise.all(
    names.map(async (name) => new File([await fetchBytes(modelUrl + name)], name)),
  );
  return {
    ours: async () => (await core.loadModel(files)).dispose(),
  };
}

export async function tokens({ modelUrl, texts }, core) {
  const model = await core.loadModel(modelUrl);
  let call = 0;
  return {
    ours: () => {
      for (const text of texts[call++ % texts.length]) model.tokenize(text);
    },
  };
}

export async function prefill({ modelUrl, ids }, core) {
  const model = await core.loadModel(modelUrl);
  return {
    ours: () => {
      const run = model.run(ids);
      const next = likeliest(run.logits.data);
      run.dispose();
      return { next };
    },
  };
}

export async function generate({ modelUrl, ids, next, count, mostCalls }, core) {
  const model = await core.loadModel(modelUrl);
  const run = model.run(ids, { room: count * mostCalls });
  if (likeliest(run.logits.data) !== next) throw new Error('the next token is wrong');
  return {
    ours: () => {
      for (let i = 0; i < count; ++i) run.extend([likeliest(run.logits.data)]);
    },
  };
}
