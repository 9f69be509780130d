// What is timed. Every workload has a name, a kind (of the problem it poses) and a setting (where it runs).

/** Where workloads run: which of our programs, and which peers can be there. */
export const SETTINGS = {
  chromium: { variant: 'relaxed', peers: ['litert', 'onnxruntime'] },
  'chromium-simd': { variant: 'simd', peers: ['litert'] },
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

export const WORKLOADS = [
  ...attends,
  ...plainAttends.map((workload) => inSetting('chromium-simd', workload)),
];
