// What is timed. Every workload has a name, a kind (of the problem that it poses) and a setting (where it runs).

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Where workloads run, which of our programs runs there, and which peers can. */
export const SETTINGS = {
  chromium: {
    host: 'chromium',
    variant: 'relaxed',
    peers: ['litert', 'onnxruntime', 'jax', 'tfjs', 'colour_table', 'wllama', 'wllama_wide'],
  },
  'chromium-simd': { host: 'chromium', variant: 'simd', peers: ['litert'] },
  'chromium-alone': { host: 'chromium', variant: 'relaxed', peers: [] },
  node: { host: 'node', variant: 'simd', peers: ['onnxruntime', 'tfjs'] },
  'cold-start': { host: 'coldStart' },
  turns: { host: 'turns' },
};

/** Attention of `heads` queries over as many keys as there are tokens, unless `more` says otherwise. */
function attend(name, heads, tokens, more = {}) {
  return {
    name,
    kind: 'attend',
    setting: 'chromium',
    heads,
    kvHeads: heads,
    queries: tokens,
    keys: tokens,
    dim: 64,
    causal: false,
    window: null,
    weights: false,
    ...more,
  };
}

const ATTEND_SIZES = [
  [12, 128],
  [12, 512],
  [12, 1024],
  [1, 4096],
  [8, 2048],
];
const ATTEND_FORMS = {
  '': {},
  '-weights': { weights: true },
  '-causal': { causal: true },
  '-causal-weights': { causal: true, weights: true },
};

/** `workload` elsewhere. */
function inSetting(setting, workload) {
  return { ...workload, name: `${setting}-${workload.name}`, setting };
}

const attends = Object.entries(ATTEND_FORMS).flatMap(([suffix, form]) =>
  ATTEND_SIZES.map(([heads, tokens]) => attend(`attend-${heads}x${tokens}${suffix}`, heads, tokens, form)),
);
const plainAttends = attends.slice(0, ATTEND_SIZES.length);

/** Multi-head self-attention of a width as in BERT-base and GPT-2. */
const layers = [128, 512, 1024].map((tokens) => ({
  name: `layer-${tokens}x768`,
  kind: 'layer',
  setting: 'chromium',
  tokens,
  heads: 12,
  width: 768,
}));

/** Every head's map of a model of 6 layers, and of one of 30. */
const draws = [
  [1, 512],
  [1, 2048],
  [1, 4096],
  [72, 32],
  [270, 32],
].map(([maps, size]) => ({ name: `draw-${maps}x${size}`, kind: 'draw', setting: 'chromium', maps, size }));

const largeMap = {
  name: 'map-32768',
  kind: 'largeMap',
  setting: 'chromium-alone',
  tokens: 32768,
  dim: 64,
  pixels: 1024,
};

const miniLmLoad = { name: 'minilm-load', kind: 'openFolder', setting: 'chromium' };

/** 100 KB of text at once, of which a model takes what it has room for, and cut into what it takes whole. */
const tokens = ['minilm', 'smollm2'].flatMap((model) =>
  Object.entries({ paste: 100_000, tokens: 400 }).map(([name, characters]) => ({
    name: `${name}-${model}`,
    kind: 'tokens',
    setting: 'chromium',
    model,
    characters,
    all: 100_000,
  })),
);

const models = [20, 128, 512].map((tokens) => ({
  name: `minilm-${tokens}`,
  kind: 'minilm',
  setting: 'chromium',
  tokens,
}));

const { continued } = JSON.parse(
  gunzipSync(readFileSync(new URL('../golden/smollm2.json.gz', import.meta.url))),
);
const [prompt, ...prompts] = continued;
const language = [
  ...prompts.map(({ ids, next }) => ({
    name: `smollm2-prefill-${ids.length}`,
    kind: 'prefill',
    setting: 'chromium',
    tokens: ids.length,
    ids,
    next,
  })),
  { name: 'smollm2-load', kind: 'open', setting: 'chromium' },
  // So many tokens a call, in room for so many calls.
  { name: 'smollm2-decode-8', kind: 'generate', setting: 'chromium', ...prompt, count: 8, mostCalls: 100 },
];

const builtIn = {
  name: 'built-in-30',
  kind: 'builtIn',
  setting: 'chromium-alone',
  text: 'Tom met Jane in the garden, and then Tom met Jane at the river, and the old man said that he was so very glad.',
  layers: 4,
  heads: 4,
  tokens: 30,
};

const typing = {
  name: 'typing-20',
  kind: 'typing',
  setting: 'chromium',
  text: "The animal didn't cross the street because it was too tired, so it slept.",
  ids: [
    101, 1996, 4111, 2134, 1005, 1056, 2892, 1996, 2395, 2138, 2009, 2001, 2205, 5458, 1010, 2061, 2009, 7771,
    1012, 102,
  ],
};

const scalingForms = { full: {}, causal: { causal: true }, window: { causal: true, window: 256 } };
const scaling = Object.entries(scalingForms).flatMap(([form, options]) =>
  [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384].map((tokens) =>
    attend(`scaling-${form}-${tokens}`, 1, tokens, { ...options, form, setting: 'chromium-alone' }),
  ),
);

const coldStarts = [false, true].map((slowPhone) => ({
  name: slowPhone ? 'cold-start-slow-phone' : 'cold-start',
  kind: 'cold-start',
  setting: 'cold-start',
  slowPhone,
}));

/** Workloads that are reported together. */
export const GROUPS = [
  {
    title: 'Attention',
    report: 'contest',
    workloads: [
      ...attends,
      attend('grouped-12over4x1024', 12, 1024, { kvHeads: 4 }),
      attend('window256-1x4096', 1, 4096, { causal: true, window: 256 }),
      attend('decode-12x1024', 12, 1, { keys: 1024 }),
      attend('small-1x8', 1, 8),
    ],
  },
  { title: 'Multi-head layers', report: 'contest', workloads: layers },
  { title: 'MiniLM', report: 'contest', workloads: [...models, miniLmLoad] },
  {
    title: 'SmolLM2',
    about:
      'SmolLM2-135M-Instruct in Q4_1; the answer is the next token. A call of decode makes 8 tokens, one of load takes the file’s bytes.',
    report: 'contest',
    workloads: language,
  },
  {
    title: 'Tokens',
    about:
      '100 KB of text that wasn’t seen before: `paste` gives it at once, of which a model takes what it has room for, `tokens` in 250 texts.',
    report: 'contest',
    workloads: tokens,
  },
  {
    title: 'The built-in model',
    about: 'A text of 30 tokens, and the maps of all 16 heads copied out.',
    report: 'contest',
    workloads: [builtIn],
  },
  { title: 'From weights to pixels', report: 'contest', workloads: [...draws, typing] },
  {
    title: 'A map that is never held',
    about:
      'One head of 32,768 tokens from its queries and keys, pooled to 1,024 × 1,024 pixels; then an eighth of it along each side, elsewhere or moved.',
    report: 'contest',
    workloads: [largeMap],
  },
  {
    title: 'Without relaxed SIMD',
    report: 'contest',
    workloads: plainAttends.map((workload) => inSetting('chromium-simd', workload)),
  },
  {
    title: 'Node',
    report: 'contest',
    workloads: [plainAttends[1], plainAttends[2], ...layers].map((workload) => inSetting('node', workload)),
  },
  { title: 'Cold start', report: 'coldStart', workloads: coldStarts },
  {
    title: 'Turns of the page’s thread',
    about:
      'The element from another origin, so without a worker: the longest task after each thing that a reader does.',
    report: 'turns',
    workloads: [{ name: 'turns', kind: 'turns', setting: 'turns' }],
  },
  {
    title: 'Time against tokens',
    about: 'One head of 64, the window of 256.\n\n![Time against tokens](scaling.svg)',
    report: 'scaling',
    workloads: scaling,
  },
];

const WITH_MINILM = ['minilm', 'openFolder', 'typing'];
const WITH_SMOLLM2 = ['open', 'prefill', 'generate'];

/** The models that workloads need. */
export function modelsOf(workloads) {
  const needs = (kinds, own) => workloads.some(({ kind, model }) => kinds.includes(kind) || model === own);
  const models = { minilm: needs(WITH_MINILM, 'minilm'), smollm2: needs(WITH_SMOLLM2, 'smollm2') };
  return Object.keys(models).filter((name) => models[name]);
}

/** What two builds of ours are compared by, unless others are named. */
export const COMPARED = [
  'smollm2-load',
  'minilm-load',
  'tokens-minilm',
  'tokens-smollm2',
  'paste-minilm',
  'paste-smollm2',
  'attend-12x512',
  'attend-12x512-causal',
  'node-attend-12x512',
  'small-1x8',
  'layer-512x768',
  'minilm-20',
  'minilm-128',
  'smollm2-decode-8',
  'draw-72x32',
  'typing-20',
];
