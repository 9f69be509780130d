// What is timed. Every workload has a name, a kind (of the problem it poses) and a setting (where it runs).

/** Where workloads run: which of our programs, and which peers can be there. */
export const SETTINGS = {
  chromium: { variant: 'relaxed', peers: ['litert', 'onnxruntime', 'jax', 'tfjs'] },
  'chromium-simd': { variant: 'simd', peers: ['litert'] },
  node: { variant: 'simd', peers: ['onnxruntime', 'tfjs'] },
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

export const WORKLOADS = [
  ...attends,
  attend('grouped-12over4x1024', 12, 1024, { kvHeads: 4 }),
  attend('window256-1x4096', 1, 4096, { causal: true, window: 256 }),
  ...layers,
  attend('decode-12x1024', 12, 1, { keys: 1024 }),
  attend('small-1x8', 1, 8),
  ...plainAttends.map((workload) => inSetting('chromium-simd', workload)),
  ...[plainAttends[1], plainAttends[2], ...layers].map((workload) => inSetting('node', workload)),
];
