// Work that gives others their turn.

/** Whether others wait for their turn: those of a page. A worker, or Node, belongs to the work. */
export const IS_SHARED = 'document' in globalThis;

/** The longest that a shared thread is kept, in milliseconds. */
const SLICE = IS_SHARED ? 4 : Infinity;

/** Resolves when what else waits has had its turn; unlike a timer's, the wait has no least length. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** Does work to its end, in one go. */
export function toTheEnd<Result>(work: Generator<void, Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** Does work to its end; on a shared thread others have their turn after each slice. */
export async function inSlices<Result>(work: Generator<void, Result>): Promise<Result> {
  let since = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (performance.now() - since < SLICE) continue;
    await nextTurn();
    since = performance.now();
  }
}
