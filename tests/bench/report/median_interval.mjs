import { median } from './statistics.mjs';

/** The chance of at most so many heads in `tosses` of a coin. */
function chanceOfHeads(most, tosses) {
  let chance = 0.5 ** tosses;
  let sum = 0;
  for (let heads = 0; heads <= most; ++heads) {
    sum += chance;
    chance *= (tosses - heads) / (heads + 1);
  }
  return sum;
}

/**
 * The median of independent measurements, and the interval from one of them to another that holds the median of all
 * that could be measured with at least the given confidence: it lies outside of the kth least and the kth greatest of n
 * only where fewer than k of n tosses of a coin are heads, or tails (the interval of the sign test; Conover 1999). That is
 * exact whatever the distribution is; 5 measurements are too few for 95%.
 *
 * @throws RangeError where there are too few for the confidence
 */
export function medianInterval(measurements, confidence = 0.95) {
  const sorted = measurements.toSorted((a, b) => a - b);
  const { length } = sorted;
  const isSure = (leftOut) => 1 - 2 * chanceOfHeads(leftOut, length) >= confidence;
  if (!isSure(0)) throw new RangeError(`${length} measurements are too few.`);
  let leftOut = 0;
  while (isSure(leftOut + 1)) ++leftOut;
  return { median: median(sorted), low: sorted[leftOut], high: sorted[length - 1 - leftOut] };
}
