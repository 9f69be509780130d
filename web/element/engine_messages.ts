import { AttentionError, type AttentionErrorCode } from '../lib/errors.js';
import type { LoadProgress } from '../lib/index.js';
import type { Course, SharedEngine } from './shared_engine.js';

/** What an element asks of the engine, wherever that is. */
export type EngineCalls = Pick<SharedEngine, keyof SharedEngine>;

const METHODS = [
  'openTrace',
  'openTensors',
  'openText',
  'nameHeads',
  'head',
  'allHeads',
  'colourBar',
  'close',
] as const satisfies readonly (keyof SharedEngine)[];

/** What goes to a worker: a call by its name, or that a call is to be stopped. */
export type EngineRequest = { id: number; method: keyof SharedEngine; args: unknown[]; isLong: boolean } | { id: number; stop: true };

/** What comes back: first anything about its course, then what came of it. */
export type EngineReply =
  | { id: number; progress: LoadProgress }
  | { id: number; value: unknown }
  | { id: number; code: AttentionErrorCode; message: string };

/** The memory of what is handed over, which the sender doesn't need any more. */
export function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) buffersOf(part, found);
  return [...found];
}

/** Answers the calls of the page from within a worker. */
export function answerPage(engine: SharedEngine, worker: Pick<Worker, 'addEventListener' | 'postMessage'>): void {
  const running = new Map<number, AbortController>();
  const reply = (message: EngineReply) =>
    worker.postMessage(message, 'value' in message ? buffersOf(message.value) : []);
  worker.addEventListener('message', ({ data }: MessageEvent<EngineRequest>) => {
    if ('stop' in data) return running.get(data.id)?.abort();
    const { id, method, args, isLong } = data;
    const stopping = new AbortController();
    const course: Course = { signal: stopping.signal, onProgress: (progress) => reply({ id, progress }) };
    if (isLong) running.set(id, stopping);
    const call = engine[method] as (...args: unknown[]) => Promise<unknown>;
    call
      .apply(engine, isLong ? [...args, course] : args)
      .then((value) => reply({ id, value }))
      .catch((error: unknown) => {
        const { code, message } = error instanceof AttentionError ? error : { code: 'invalid-argument' as const, message: String(error) };
        reply({ id, code, message });
      })
      .finally(() => running.delete(id));
  });
}

function isCourse(value: unknown): value is Course {
  return typeof value === 'object' && value !== null && 'signal' in value && 'onProgress' in value;
}

/** The engine in a worker, called as if it were here. */
export function callWorker(worker: Worker): EngineCalls {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void; course?: Course | undefined }>();
  let calls = 0;
  worker.addEventListener('message', ({ data }: MessageEvent<EngineReply>) => {
    const call = waiting.get(data.id);
    if ('progress' in data) return call?.course?.onProgress(data.progress);
    waiting.delete(data.id);
    if ('value' in data) call?.resolve(data.value);
    else call?.reject(new AttentionError(data.code, data.message));
  });
  const call = (method: keyof SharedEngine, given: unknown[]) =>
    new Promise((resolve, reject) => {
      const last = given.at(-1);
      const course = isCourse(last) ? last : undefined;
      const id = ++calls;
      waiting.set(id, { resolve, reject, course });
      course?.signal.addEventListener('abort', () => worker.postMessage({ id, stop: true } satisfies EngineRequest));
      const args = course === undefined ? given : given.slice(0, -1);
      worker.postMessage({ id, method, args, isLong: course !== undefined } satisfies EngineRequest);
    });
  const methods = METHODS.map((method) => [method, (...args: unknown[]) => call(method, args)]);
  return Object.fromEntries(methods) as EngineCalls;
}
