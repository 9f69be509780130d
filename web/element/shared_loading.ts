import { AttentionError } from '../lib/errors.js';
import type { LoadProgress, Model } from '../lib/index.js';
import type { Course } from './calls.js';

/** How long a model goes on loading when nobody waits for it: who types waits anew at every letter. */
const PATIENCE = 500;

/** One model on its way, for all who wait for it; it is stopped when nobody does. */
export class SharedLoading {
  readonly #stopping = new AbortController();
  readonly #waiting = new Set<Course<LoadProgress>>();
  readonly model: Promise<Model>;
  #hasFailed = false;

  constructor(load: (course: Course<LoadProgress>) => Promise<Model>) {
    const onProgress = (progress: LoadProgress) => {
      for (const course of this.#waiting) course.onProgress(progress);
    };
    this.model = load({ signal: this.#stopping.signal, onProgress });
    this.model.catch(() => (this.#hasFailed = true));
  }

  /** Whether the model is there, or still may come. */
  get isGoing(): boolean {
    return !this.#hasFailed && !this.#stopping.signal.aborted;
  }

  /** The model; rejected with code `aborted` as soon as this one's signal says so. */
  async wait(course: Course<LoadProgress>): Promise<Model> {
    this.#waiting.add(course);
    const stopped = new Promise<never>((_, reject) => {
      course.signal.addEventListener('abort', () => {
        this.#leave(course);
        reject(new AttentionError('aborted', 'Loading was stopped.'));
      });
    });
    try {
      return await Promise.race([this.model, stopped]);
    } finally {
      this.#waiting.delete(course);
    }
  }

  #leave(course: Course<LoadProgress>): void {
    this.#waiting.delete(course);
    setTimeout(() => {
      if (this.#waiting.size === 0) this.#stopping.abort();
    }, PATIENCE);
  }
}
