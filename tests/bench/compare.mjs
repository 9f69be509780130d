import { contest } from './contest.mjs';
import * as ours from './peers/ours.mjs';
import * as problems from './problems/index.mjs';

/** Longer than beside peers: differences of some percent are asked for, and there are two contenders alone. */
const BUDGET_MS = 1500;

/**
 * One workload by builds of ours, each a name and its `load`, call by call in the given order: what `contest` gives of
 * each.
 */
export async function compare(workload, builds, host) {
  const problem = await problems[workload.kind](workload, { ...host, load: builds[0].load });
  const contenders = {};
  const failed = [];
  for (const { name, load } of builds) {
    try {
      const core = await ours.start({ ...host, load });
      ({ ours: contenders[name] } = await ours[workload.kind](problem, core));
    } catch (error) {
      failed.push({ name, failure: String(error?.message ?? error) });
    }
  }
  return { results: [...(await contest(problem, contenders, BUDGET_MS)), ...failed] };
}
