// Holds the model and paints, so that typing never waits for either.
import {
  AttentionError,
  load,
  type AttentionSource,
  type Core,
  type HeadNames,
  type Model,
  type Run,
} from '../lib/index.js';
import { brokenWords, errorWords, failedWords } from './failures.js';
import { openModel } from './open_model.js';
import { orderHeads } from './order_heads.js';
import { predict } from './predict.js';
import type { DrawRequest, ModelChoice, Reply, Request } from './protocol.js';
import { paintHeads } from './paint_heads.js';

const RAMP = 256;
/** The least milliseconds between two words on how loading goes. */
const PROGRESS_PAUSE = 100;

/** Never there where it can't be loaded, which the page is told once. */
const core = load().catch((error: unknown) => {
  reply({ kind: 'broken', message: brokenWords(error) });
  return new Promise<Core>(() => undefined);
});
let model: Model | undefined;
let names: HeadNames | undefined;
let source: AttentionSource | undefined;
/** The text and the heads that are taken out, of which the source is. */
let sourceIs: string | undefined;
/** The run of the same text with all heads, where some are taken out. */
let whole: Run | undefined;
/** What goes on for long: loading, going on, naming. */
let working: AbortController | undefined;

function reply(message: Reply, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

async function fetchTrace(url: string): Promise<Uint8Array> {
  const response = await fetch(url).catch(() => undefined);
  if (response?.ok !== true) {
    throw new AttentionError('network', 'This example could not be fetched; choose it again to retry.');
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** The heads of a text: of the model, or of its trace. */
async function sourceOf({ text, trace, ablated }: DrawRequest): Promise<AttentionSource | undefined> {
  const is = JSON.stringify([text, model === undefined ? [] : ablated]);
  if (source !== undefined && sourceIs === is) return source;
  const previous = [source, whole];
  if (model !== undefined) {
    source = model.run(text, { edits: ablated.map((place) => ({ ...place, ablate: 'zero' })) });
    whole = ablated.length > 0 ? model.run(text) : undefined;
  } else {
    if (trace === undefined) return undefined;
    source = await (await core).openTrace(await fetchTrace(trace));
  }
  sourceIs = is;
  for (const old of previous) old?.dispose();
  return source;
}

/** Weights that rise from the lowest colour to the highest. */
function ramp(colours: 'linear' | 'log'): Float32Array {
  return Float32Array.from({ length: RAMP }, (_, i) => {
    const part = i / (RAMP - 1);
    return colours === 'log' ? 10 ** (4 * (part - 1)) : part;
  });
}

async function draw(request: DrawRequest): Promise<void> {
  const { layer, head, tiling, mapWidth, mapHeight, barWidth, style } = request;
  const source = await sourceOf(request);
  if (source === undefined) return reply({ kind: 'needs model', request });
  const { tokens, truncated, numLayers, numHeads } = source;
  const place = { layer: Math.min(layer, numLayers - 1), head: Math.min(head, numHeads - 1) };
  const ordered = tiling && orderHeads(source, request.order, names);
  const heads = tiling && ordered && paintHeads(source, ordered, tiling, style);
  const map = source.paint({ ...place, width: mapWidth, height: mapHeight, ...style });
  const { colours, theme } = style;
  const rising = { data: ramp(colours), shape: [1, RAMP] };
  const bar = (await core).paint({ weights: rising, width: barWidth, height: 1, max: 1, colours, theme });
  const weights = source.tap('weights', place).data;
  const scores = source.tap('scores', place).data;
  reply(
    {
      kind: 'drawing',
      request: { ...request, ...place },
      tokens,
      truncated,
      numLayers,
      numHeads,
      heads,
      ordered,
      predictions:
        model?.info.isCausal === true ? predict(model, whole ?? (source as Run), source as Run) : undefined,
      map,
      bar,
      weights,
      scores,
    },
    [heads?.pixels, map.pixels, bar.pixels, weights, scores].flatMap((array) =>
      array === undefined ? [] : [array.buffer as ArrayBuffer],
    ),
  );
}

/** Does what takes long, which a `cancel` stops; what went wrong is said as `failed`. */
async function work(task: (signal: AbortSignal) => Promise<void>): Promise<void> {
  working?.abort();
  working = new AbortController();
  const { signal } = working;
  try {
    await task(signal);
  } catch (error) {
    reply(signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', message: failedWords(error) });
  }
}

async function loadModel(choice: ModelChoice, signal: AbortSignal): Promise<void> {
  let saidAt = performance.now();
  const onProgress = ({ loaded, total }: { loaded: number; total: number }) => {
    const now = performance.now();
    if (now - saidAt < PROGRESS_PAUSE || signal.aborted) return;
    saidAt = now;
    reply({ kind: 'loading', loaded, total });
  };
  const loaded = await openModel(await core, choice, { signal, onProgress });
  model?.dispose();
  model = loaded;
  names = undefined;
  sourceIs = undefined;
  reply({ kind: 'loaded', model: model.info.name });
}

/** The most tokens that the model adds to a text at a time. */
const MOST_NEW_TOKENS = 40;

async function goOn(text: string, signal: AbortSignal): Promise<void> {
  if (model?.info.isCausal !== true) return;
  const { length } = model.tokenize(text).tokens;
  const run = model.run(text, { room: Math.min(MOST_NEW_TOKENS, model.info.maxTokens - length) });
  const steps = run.generate({ signal });
  while ((await steps.next()).done !== true) reply({ kind: 'went on', text: run.text, ended: false });
  reply({ kind: 'went on', text: run.text, ended: true });
  run.dispose();
}

async function nameHeads(signal: AbortSignal): Promise<void> {
  if (model === undefined) return;
  names = await model.nameHeads({ signal, onProgress: (done, all) => reply({ kind: 'naming', done, all }) });
  reply({ kind: 'named', names });
}

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  switch (data.kind) {
    case 'cancel':
      return working?.abort();
    case 'load':
      return void work((signal) => loadModel(data.model, signal));
    case 'go on':
      return void work((signal) => goOn(data.text, signal));
    case 'name heads':
      return void work(nameHeads);
    case 'draw':
      draw(data).catch((error: unknown) =>
        reply({ kind: 'error', request: data, message: errorWords(error) }),
      );
  }
});
