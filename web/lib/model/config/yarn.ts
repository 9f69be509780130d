/** YaRN (Peng et al. 2023), as transformers and llama.cpp have it. */
export interface Yarn {
  /** How many times longer than the original the texts may be. */
  factor: number;
  originalMax: number;
  /** Turns over the original length: above betaFast a frequency is kept, below betaSlow divided by the factor. */
  betaFast: number;
  betaSlow: number;
  /** Whether the ramp between the two begins and ends at whole pairs. */
  isTruncated: boolean;
}

/** What most models leave out: the paper's turns. */
export const BETA_FAST = 32;
export const BETA_SLOW = 1;

/** What divides each rotary frequency, [dims / 2]. */
export function yarnFactors(theta: number, dims: number, yarn: Yarn): number[] {
  const { factor, originalMax, betaFast, betaSlow, isTruncated } = yarn;
  const pairOfTurns = (turns: number) =>
    (dims * Math.log(originalMax / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [first, last] = [pairOfTurns(betaFast), pairOfTurns(betaSlow)];
  const low = Math.max(0, isTruncated ? Math.floor(first) : first);
  const high = Math.min(dims - 1, isTruncated ? Math.ceil(last) : last);
  return Array.from({ length: dims / 2 }, (_, pair) => {
    const ramp = Math.min(1, Math.max(0, (pair - low) / (high === low ? 0.001 : high - low)));
    return 1 / (1 - ramp + ramp / factor);
  });
}

/** The square root of 1/t, which multiplies queries and keys. */
export function yarnAttentionFactor(factor: number, mscale = 1): number {
  return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
}
