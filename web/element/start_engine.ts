import { nextTurn } from '../lib/turns.js';
import { callWorker } from './calls.js';
import { fetchCoreProgram } from './core_program.js';
import type { EngineCalls } from './shared_engine.js';

const ENGINE_URL = new URL('./engine.js', import.meta.url);

const METHODS = [
  'begin',
  'openTrace',
  'openTensors',
  'openText',
  'nameHeads',
  'head',
  'allHeads',
  'colourBar',
  'close',
] as const satisfies readonly (keyof EngineCalls)[];

/** The engine in a worker; undefined where the page may have none: another origin, a policy, trusted types. */
function startWorker(): Promise<EngineCalls | undefined> {
  if (ENGINE_URL.origin !== location.origin) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    try {
      const worker = new Worker(new URL('./engine.js', import.meta.url), { type: 'module' });
      worker.addEventListener('error', () => resolve(undefined), { once: true });
      worker.addEventListener('message', () => resolve(callWorker<EngineCalls>(worker, METHODS)), {
        once: true,
      });
    } catch {
      resolve(undefined);
    }
  });
}

/** The engine beside the page: each call has a turn of its own, so that none holds up what the page does. */
async function startHere(): Promise<EngineCalls> {
  const { SharedEngine } = await import('./engine.js');
  const engine = new SharedEngine();
  const inTurn = METHODS.map((method) => {
    const call = engine[method] as (...args: unknown[]) => Promise<unknown>;
    return [
      method,
      async (...args: unknown[]) => {
        await nextTurn();
        const value = await call.apply(engine, args);
        await nextTurn();
        return value;
      },
    ];
  });
  return Object.fromEntries(inTurn) as EngineCalls;
}

/** The worker and the program come side by side. */
async function start(): Promise<EngineCalls> {
  await nextTurn();
  const program = fetchCoreProgram();
  // Said below, once the engine is there.
  program.catch(() => undefined);
  await nextTurn();
  const started = (await startWorker()) ?? (await startHere());
  await started.begin(await program);
  return started;
}

let engine: Promise<EngineCalls> | undefined;

/** The one engine of all elements of this page, in a worker where there can be one. */
export function startEngine(): Promise<EngineCalls> {
  engine ??= start();
  return engine.catch((error: unknown) => {
    engine = undefined;
    throw error;
  });
}
