import type { GivenTensors, LoadProgress } from '../lib/index.js';
import { AttentionError } from '../lib/errors.js';
import type { HeadSource } from './head_source.js';
import type { Course } from './calls.js';
import type { EngineCalls, Opened } from './shared_engine.js';
import { startEngine } from './start_engine.js';

function asSource(
  engine: EngineCalls,
  { source, info }: Opened,
  nameHeads?: HeadSource['nameHeads'],
): HeadSource {
  return {
    info,
    head: (request) => engine.head(source, request),
    allHeads: (tiling, style) => engine.allHeads(source, tiling, style),
    colourBar: (width, style) => engine.colourBar(width, style),
    nameHeads,
    dispose: () => void engine.close(source),
  };
}

async function fetchTrace(url: string, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, { signal }).catch(() => undefined);
  if (response?.ok === true) return new Uint8Array(await response.arrayBuffer());
  const answer = response === undefined ? 'could not be fetched' : `answered with status ${response.status}`;
  throw new AttentionError('network', `The trace ${url} ${answer}.`);
}

/** Fetches a trace while the engine starts. */
export async function openTrace(src: string, signal: AbortSignal): Promise<HeadSource> {
  const [engine, bytes] = await Promise.all([startEngine(), fetchTrace(src, signal)]);
  return asSource(engine, await engine.openTrace(bytes));
}

export async function openTensors(given: GivenTensors): Promise<HeadSource> {
  const engine = await startEngine();
  return asSource(engine, await engine.openTensors(given));
}

/** Reads a text with a model, which is loaded for the first. */
export async function openText(
  model: string,
  text: string,
  course: Course<LoadProgress>,
): Promise<HeadSource> {
  const engine = await startEngine();
  const place = model === 'built-in' ? model : new URL(model, document.baseURI).href;
  const opened = await engine.openText(place, text, course);
  return asSource(engine, opened, () => engine.nameHeads(place));
}
