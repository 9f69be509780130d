import { callWorker } from '../element/calls.js';
import type { HeadSource } from '../element/head_source.js';
import type { Opened } from '../element/shared_engine.js';
import type { HeadName } from '../lib/index.js';
import type { Explorer } from './explorer.js';

const METHODS = [
  'ready',
  'openModel',
  'shareModel',
  'read',
  'openTrace',
  'openTensors',
  'head',
  'allHeads',
  'colourBar',
  'close',
  'difference',
  'statistics',
  'similarity',
  'nameAll',
  'attribute',
  'ablateEach',
  'circuits',
  'paint',
  'goOn',
] as const satisfies readonly (keyof Explorer)[];

/** What the page asks of its worker. */
export type ExplorerCalls = Pick<Explorer, (typeof METHODS)[number]>;

/** Starts the worker; rejected where the page can have none. */
export function connect(): Promise<ExplorerCalls> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    worker.addEventListener('message', () => resolve(callWorker<ExplorerCalls>(worker, METHODS)), {
      once: true,
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      reject(new Error('The part of this page that computes did not start.'));
    });
  });
}

/** What was opened, as an element draws it. */
export function asSource(
  explorer: ExplorerCalls,
  { source, info }: Opened,
  names?: readonly HeadName[],
): HeadSource {
  return {
    info: { ...info, names: names ?? info.names },
    head: (request) => explorer.head(source, request),
    allHeads: (tiling, style) => explorer.allHeads(source, tiling, style),
    colourBar: (width, style) => explorer.colourBar(width, style),
    dispose: () => void explorer.close(source),
  };
}
