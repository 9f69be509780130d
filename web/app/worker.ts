// Holds the model and paints, so that typing never waits for either.
import { AttentionError, load, type AttentionSource, type Core, type Model } from '../lib/index.js';
import { brokenWords, errorWords, failedWords } from './failures.js';
import type { DrawRequest, Reply, Request } from './protocol.js';
import { paintHeads } from './paint_heads.js';

const MODEL = 'sentence-transformers/all-MiniLM-L6-v2';
const RAMP = 256;
/** The least milliseconds between two words on how loading goes. */
const PROGRESS_PAUSE = 100;

/** Never there where it can't be loaded, which the page is told once. */
const core = load().catch((error: unknown) => {
  reply({ kind: 'broken', message: brokenWords(error) });
  return new Promise<Core>(() => undefined);
});
let model: Model | undefined;
let source: AttentionSource | undefined;
let sourceText: string | undefined;
let loading: AbortController | undefined;

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
async function sourceOf({ text, trace }: DrawRequest): Promise<AttentionSource | undefined> {
  if (source !== undefined && sourceText === text) return source;
  const previous = source;
  if (model !== undefined) {
    source = model.run(text);
  } else {
    if (trace === undefined) return undefined;
    source = await (await core).openTrace(await fetchTrace(trace));
  }
  sourceText = text;
  previous?.dispose();
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
  const heads = tiling && paintHeads(source, tiling, style);
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

/** Loads the model from this page's own server, or else from the hub. */
async function loadModel(): Promise<void> {
  loading = new AbortController();
  const { signal } = loading;
  let saidAt = performance.now();
  const onProgress = ({ loaded, total }: { loaded: number; total: number }) => {
    const now = performance.now();
    if (now - saidAt < PROGRESS_PAUSE || signal.aborted) return;
    saidAt = now;
    reply({ kind: 'loading', loaded, total });
  };
  const options = { signal, name: MODEL, onProgress };
  try {
    const own = new URL(`/models/${MODEL}/`, location.href);
    model = await (await core).loadModel(own, options).catch(async (error: unknown) => {
      if (!(error instanceof AttentionError) || error.code !== 'network') throw error;
      return (await core).loadModel(MODEL, options);
    });
    sourceText = undefined;
    reply({ kind: 'loaded', model: MODEL });
  } catch (error) {
    reply(signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', message: failedWords(error) });
  }
}

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if (data.kind === 'cancel') loading?.abort();
  if (data.kind === 'load') void loadModel();
  if (data.kind === 'draw') {
    draw(data).catch((error: unknown) => reply({ kind: 'error', request: data, message: errorWords(error) }));
  }
});
