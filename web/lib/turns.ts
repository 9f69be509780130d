// Work that gives others their turn.

/** The longest that the page's own thread is kept, in milliseconds; a worker's, or Node's, belongs to the work. */
const SLICE = 'document' in globalThis ? 5 : Infinity;

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

/** Does work to its end; on the page's own thread others have their turn after each slice. */
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
