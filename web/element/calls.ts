import { AttentionError, type AttentionErrorCode } from '../lib/errors.js';

/** How a call that takes long goes on: the last argument of the methods that take long. */
export interface Course<Progress> {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}

/** What goes to a worker: a call by its name, or that a call is to be stopped. */
type Request = { id: number; method: string; args: unknown[]; isLong: boolean } | { id: number; stop: true };

/** What comes back: first anything about its course, then what came of it. */
type Reply =
  | { id: number; progress: unknown }
  | { id: number; value: unknown }
  | { id: number; code: AttentionErrorCode; message: string };

/** The memory of what is handed over, which the sender doesn't need any more. */
function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) buffersOf(part, found);
  }
  return [...found];
}

/** Answers, from within a worker, the page's calls of a target's methods, and says that it is there to do so. */
export function answerCalls(target: object, worker: Pick<Worker, 'addEventListener' | 'postMessage'>): void {
  const methods = target as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const running = new Map<number, AbortController>();
  const reply = (message: Reply) =>
    worker.postMessage(message, 'value' in message ? buffersOf(message.value) : []);
  worker.addEventListener('message', (event) => {
    const request = (event as MessageEvent<Request>).data;
    if ('stop' in request) return running.get(request.id)?.abort();
    const { id, method, args, isLong } = request;
    const stopping = new AbortController();
    const onProgress = (progress: unknown) => reply({ id, progress });
    const course: Course<unknown> = { signal: stopping.signal, onProgress };
    if (isLong) running.set(id, stopping);
    (methods[method] as (...args: unknown[]) => Promise<unknown>)
      .apply(target, isLong ? [...args, course] : args)
      .then((value) => reply({ id, value }))
      .catch((error: unknown) => {
        // By its name: a worker's script may be there twice.
        const isOwn = error instanceof Error && error.name === 'AttentionError';
        const code = isOwn ? (error as AttentionError).code : 'invalid-argument';
        reply({ id, code, message: error instanceof Error ? error.message : String(error) });
      })
      .finally(() => running.delete(id));
  });
  worker.postMessage('ready');
}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
  course: Course<unknown> | undefined;
}

function courseOf(args: readonly unknown[]): Course<unknown> | undefined {
  const last = args.at(-1);
  return typeof last === 'object' && last !== null && 'onProgress' in last
    ? (last as Course<unknown>)
    : undefined;
}

/** The named methods of what a worker answers for, called as if it were here. */
export function callWorker<Calls>(worker: Worker, methods: readonly (keyof Calls & string)[]): Calls {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
    const call = waiting.get(data.id);
    if ('progress' in data) return call?.course?.onProgress(data.progress);
    waiting.delete(data.id);
    if ('value' in data) call?.resolve(data.value);
    else call?.reject(new AttentionError(data.code, data.message));
  });
  const call = (method: string, given: readonly unknown[]) =>
    new Promise((resolve, reject) => {
      const course = courseOf(given);
      const id = ++calls;
      waiting.set(id, { resolve, reject, course });
      course?.signal.addEventListener('abort', () =>
        worker.postMessage({ id, stop: true } satisfies Request),
      );
      const args = course === undefined ? [...given] : given.slice(0, -1);
      worker.postMessage({ id, method, args, isLong: course !== undefined } satisfies Request);
    });
  return Object.fromEntries(
    methods.map((method) => [method, (...args: unknown[]) => call(method, args)]),
  ) as Calls;
}
