// Answers checked, then timed in turns. Runs in a page or in Node.

/** An answer further than this from the double-precision one is wrong, unless the problem says otherwise. */
const TOLERANCE = 1e-4;
const WARM_UP = { calls: 3, ms: 200 };
/** Calls are timed so many together that the timer's grain doesn't count. */
const SHORTEST_SPAN_MS = 20;
const LEAST_ROUNDS = 5;
const MOST_ROUNDS = 60;
const BUDGET_MS = 400;

async function timed(run, calls) {
  const start = performance.now();
  for (let i = 0; i < calls; ++i) await run();
  return (performance.now() - start) / calls;
}

/** The first call's time and the answer's error, where there is an answer. */
async function check(run, problem) {
  const start = performance.now();
  const answer = await run();
  const first = performance.now() - start;
  if (answer === undefined) return { first };
  const error = await problem.errorOf(answer);
  if (!(error <= (problem.tolerance ?? TOLERANCE))) throw new Error(`the answer is off by ${error}`);
  return { first, error };
}

/** Runs until compilers have done what they will; gives how many calls are to be timed together. */
async function warmUp(run) {
  const start = performance.now();
  let once = Infinity;
  for (let i = 0; i < WARM_UP.calls || performance.now() - start < WARM_UP.ms; ++i) {
    once = Math.min(once, await timed(run, 1));
  }
  return Math.ceil(SHORTEST_SPAN_MS / Math.max(once, 0.001));
}

/**
 * Lets contenders (functions by name) solve the problem. For each: the first call's milliseconds, the largest error,
 * and the milliseconds of a call in every round; or why it failed. Functions that give no answer are parts of others:
 * they are timed as well. Rounds go on for `budgetMs` a contender.
 */
export async function contest(problem, contenders, budgetMs = BUDGET_MS) {
  const results = [];
  const running = [];
  for (const [name, run] of Object.entries(contenders)) {
    const result = { name };
    results.push(result);
    try {
      Object.assign(result, await check(run, problem), { times: [] });
      running.push({ run, calls: await warmUp(run), times: result.times });
    } catch (error) {
      result.failure = String(error?.message ?? error);
    }
  }
  const end = performance.now() + budgetMs * running.length;
  for (let round = 0; round < MOST_ROUNDS; ++round) {
    if (round >= LEAST_ROUNDS && performance.now() > end) break;
    for (const { run, calls, times } of running) {
      if (calls > 1) await run(); // brings back into the caches what the others drove out
      times.push(await timed(run, calls));
    }
  }
  return results;
}
