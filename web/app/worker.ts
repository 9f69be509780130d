// Holds the model and paints, so that typing never waits for either.
import { AttentionError, load, type AttentionSource, type Model, type Picture } from '../lib/index.js';
import type { DrawRequest, Reply, Request } from './protocol.js';

const MODEL = 'sentence-transformers/all-MiniLM-L6-v2';
const RAMP = 256;
const BAR_HEIGHT = 24;

const core = load();
let model: Model | undefined;
let source: AttentionSource | undefined;
let sourceText: string | undefined;
let loading: AbortController | undefined;

function reply(message: Reply, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

function say(error: unknown): string {
  return error instanceof AttentionError ? error.message : String(error);
}

/** The heads of a text: of the model, or of its trace. */
async function sourceOf({ text, trace }: DrawRequest): Promise<AttentionSource | undefined> {
  if (source !== undefined && sourceText === text) return source;
  const previous = source;
  if (model !== undefined) {
    source = model.run(text);
  } else {
    if (trace === undefined) return undefined;
    const response = await fetch(trace);
    source = await (await core).openTrace(new Uint8Array(await response.arrayBuffer()));
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
  const { layer, head, tileSize, mapSize, barWidth, style } = request;
  const heads = await sourceOf(request);
  if (heads === undefined) return reply({ kind: 'needs model', request });
  const { model: name, tokens, truncated, numLayers, numHeads } = heads;
  const place = { layer: Math.min(layer, numLayers - 1), head: Math.min(head, numHeads - 1) };
  const tiles: Picture[] = [];
  for (let i = 0; tileSize > 0 && i < numLayers * numHeads; ++i) {
    const tile = { layer: Math.floor(i / numHeads), head: i % numHeads };
    tiles.push(heads.paint({ ...tile, width: tileSize, height: tileSize, ...style }));
  }
  const map = heads.paint({ ...place, width: mapSize, height: mapSize, ...style });
  const rising = { data: ramp(style.colours), shape: [1, RAMP] };
  const { colours, theme } = style;
  const bar = (await core).paint({
    weights: rising,
    width: barWidth,
    height: BAR_HEIGHT,
    max: 1,
    colours,
    theme,
  });
  const weights = heads.tap('weights', place).data;
  const scores = heads.tap('scores', place).data;
  const pixels = [...tiles, map, bar].map((picture) => picture.pixels.buffer);
  reply(
    {
      kind: 'drawing',
      request: { ...request, ...place },
      model: name,
      tokens,
      truncated,
      numLayers,
      numHeads,
      tiles,
      map,
      bar,
      weights,
      scores,
    },
    [...pixels, weights.buffer as ArrayBuffer, scores.buffer as ArrayBuffer],
  );
}

/** Loads the model from this page's own server, or else from the hub. */
async function loadModel(): Promise<void> {
  loading = new AbortController();
  const { signal } = loading;
  const options = {
    signal,
    name: MODEL,
    onProgress: ({ loaded, total }: { loaded: number; total: number }) =>
      reply({ kind: 'loading', loaded, total }),
  };
  try {
    const own = new URL(`/models/${MODEL}/`, location.href);
    model = await (await core).loadModel(own, options).catch(async (error: unknown) => {
      if (!(error instanceof AttentionError) || error.code !== 'network') throw error;
      return (await core).loadModel(MODEL, options);
    });
    sourceText = undefined;
    reply({ kind: 'loaded' });
  } catch (error) {
    reply(signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', message: say(error) });
  }
}

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if (data.kind === 'cancel') loading?.abort();
  if (data.kind === 'load') void loadModel();
  if (data.kind === 'draw') {
    draw(data).catch((error: unknown) => reply({ kind: 'error', request: data, message: say(error) }));
  }
});
