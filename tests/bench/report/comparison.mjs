import { medianInterval } from './median_interval.mjs';
import { contendersOf, median } from './statistics.mjs';
import { digits, table } from './table.mjs';

/** How much longer the build of now takes, by the median of a launch's rounds, in which both were called in turn. */
function ratioOf({ results }) {
  const timesOf = (name) => results.find((result) => result.name === name)?.times ?? [];
  const before = timesOf('before');
  return median(timesOf('now').map((time, round) => time / before[round]));
}

/**
 * What the launches of a workload say: the failure of a build, or the median of the launches' ratios (now by before) with
 * its interval, and whether all of it lies beyond 1 + limit.
 */
export function verdict(launches, limit) {
  const contenders = contendersOf(launches);
  const failed = contenders.find(({ failure }) => failure !== undefined);
  if (failed !== undefined) return { failure: `${failed.name}: ${failed.failure}` };
  const [now, before] = ['now', 'before'].map((build) => contenders.find(({ name }) => name === build));
  const interval = medianInterval(launches.map(ratioOf));
  return { now, before, ...interval, isBroken: interval.low > 1 + limit };
}

function row(name, { now, before, median: ratio, low, high, failure, isBroken }) {
  if (failure !== undefined) return [name, '', '', '', '', failure];
  return [
    name,
    digits(before.median),
    digits(now.median),
    ratio.toFixed(3),
    `${low.toFixed(3)} to ${high.toFixed(3)}`,
    isBroken ? 'slower' : '',
  ];
}

/** The table of verdicts by the workloads' names. */
export function comparison(verdicts) {
  const header = ['work', 'before, ms', 'now, ms', 'now by before', '95% interval', ''];
  return table(
    header,
    [...verdicts].map(([name, own]) => row(name, own)),
  );
}

/** What is wrong, in a sentence; undefined where nothing is. */
export function complaint(verdicts, limit) {
  const broken = [...verdicts].filter(([, { isBroken, failure }]) => isBroken || failure !== undefined);
  if (broken.length === 0) return undefined;
  const words = broken.map(([name, { failure, low, high }]) =>
    failure === undefined ? `${name} (${low.toFixed(3)} to ${high.toFixed(3)})` : `${name} (${failure})`,
  );
  return `Slower than before by more than ${100 * limit}%, or failed: ${words.join(', ')}.`;
}
