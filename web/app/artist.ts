import type { DrawRequest, Reply, Request } from './protocol.js';

/** Sends work to the worker: one drawing at a time, and of those that wait only the newest. */
export class Artist {
  readonly #worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  #busy = false;
  #waiting: DrawRequest | undefined;

  constructor(onReply: (reply: Reply) => void) {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
      if ('request' in data) this.#next();
      onReply(data);
    });
  }

  draw(request: DrawRequest): void {
    // A drawing that is passed over may have been asked for the grid.
    const tileSize = request.tileSize || (this.#waiting?.tileSize ?? 0);
    this.#waiting = { ...request, tileSize };
    if (!this.#busy) this.#next();
  }

  tell(request: Exclude<Request, DrawRequest>): void {
    this.#worker.postMessage(request);
  }

  #next(): void {
    const request = this.#waiting;
    this.#waiting = undefined;
    this.#busy = request !== undefined;
    if (request !== undefined) this.#worker.postMessage(request);
  }
}
