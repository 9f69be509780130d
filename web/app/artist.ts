import type { DrawRequest, Reply, Request } from './protocol.js';

/** Sends work to the worker: one drawing at a time, and of those that wait only the newest. */
export class Artist {
  readonly #onReply: (reply: Reply) => void;
  #worker: Worker;
  #busy = false;
  #waiting: DrawRequest | undefined;

  constructor(onReply: (reply: Reply) => void) {
    this.#onReply = onReply;
    this.#worker = this.#start();
  }

  draw(request: DrawRequest): void {
    // A drawing that is passed over may have been asked for all heads.
    this.#waiting = { ...request, tiling: request.tiling ?? this.#waiting?.tiling };
    if (!this.#busy) this.#next();
  }

  tell(request: Exclude<Request, DrawRequest>): void {
    this.#worker.postMessage(request);
  }

  /** Begins anew with another worker, which has no model and nothing to do. */
  restart(): void {
    this.#worker.terminate();
    this.#worker = this.#start();
    this.#waiting = undefined;
    this.#busy = false;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
      if ('request' in data) this.#next();
      this.#onReply(data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#onReply({ kind: 'broken', message: 'The part of this page that computes did not start.' });
    });
    return worker;
  }

  #next(): void {
    const request = this.#waiting;
    this.#waiting = undefined;
    this.#busy = request !== undefined;
    if (request !== undefined) this.#worker.postMessage(request);
  }
}
