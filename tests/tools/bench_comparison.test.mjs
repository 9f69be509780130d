// What the benchmark says of two builds: the interval of a median, and which limit is broken.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { normals } from '../bench/problems/random.mjs';
import { complaint, comparison, verdict } from '../bench/report/comparison.mjs';
import { medianInterval } from '../bench/report/median_interval.mjs';

const upTo = (count) => Array.from({ length: count }, (_, i) => count - i);

describe('the interval of a median', () => {
  // Conover, Practical Nonparametric Statistics, 1999: the binomial's tails of 0.0156, 0.0195, 0.0193 and 0.0195 or less.
  for (const [count, low, high] of [
    [6, 1, 6],
    [7, 1, 7],
    [8, 1, 8],
    [9, 2, 8],
    [12, 3, 10],
    [15, 4, 12],
    [20, 6, 15],
    [25, 8, 18],
  ]) {
    test(`of ${count} goes from the ${low}. to the ${high}.`, () => {
      assert.deepEqual(medianInterval(upTo(count)), { median: (count + 1) / 2, low, high });
    });
  }

  test('is none of 5', () => {
    assert.throws(() => medianInterval(upTo(5)), RangeError);
    assert.deepEqual(medianInterval(upTo(5), 0.9), { median: 3, low: 1, high: 5 });
  });

  test('holds the median as often as it says, also of a skewed distribution', () => {
    const random = normals(7);
    for (const count of [7, 9, 20]) {
      const draws = Array.from({ length: 4000 }, () =>
        medianInterval(Array.from({ length: count }, () => Math.exp(random()))),
      );
      const share = draws.filter(({ low, high }) => low <= 1 && high >= 1).length / draws.length;
      assert.ok(share >= 0.95 && share < 0.99, `${share} of ${count}`);
    }
  });
});

/** A launch in which the build of now takes so many times as long in each round. */
function launchOf(ratios) {
  const before = ratios.map((_, round) => 10 + round);
  const now = ratios.map((ratio, round) => ratio * before[round]);
  return {
    results: [
      { name: 'before', first: 1, times: before },
      { name: 'now', first: 1, times: now },
    ],
  };
}

const launchesOf = (...ratios) => ratios.map((ratio) => launchOf([ratio, ratio, ratio]));

describe('a limit of 3%', () => {
  test('is broken where the whole interval lies beyond it', () => {
    const broken = verdict(launchesOf(1.06, 1.04, 1.05, 1.08, 1.031, 1.05, 1.07), 0.03);
    assert.equal(broken.isBroken, true);
    assert.ok(Math.abs(broken.median - 1.05) < 1e-9 && Math.abs(broken.low - 1.031) < 1e-9);
    assert.match(
      complaint(new Map([['load', broken]]), 0.03),
      /more than 3%.*: load \(1\.031 to 1\.080\)\.$/,
    );
    assert.match(comparison(new Map([['load', broken]])), /\| load .*1\.050 +\| 1\.031 to 1\.080 \| slower/);
  });

  test('is kept where a part of it does not', () => {
    const kept = verdict(launchesOf(1.06, 1.04, 1.05, 1.08, 1.029, 1.05, 1.07), 0.03);
    assert.equal(kept.isBroken, false);
    assert.equal(complaint(new Map([['load', kept]]), 0.03), undefined);
    assert.equal(verdict(launchesOf(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5), 0.03).isBroken, false);
  });

  test('takes the rounds of a launch as pairs: one that swings moves nothing', () => {
    const launches = upTo(7).map(() => launchOf([1.01, 40, 1.01, 1.01, 0.01]));
    assert.ok(Math.abs(verdict(launches, 0.03).median - 1.01) < 1e-9);
  });

  test('counts for nothing where a build fails', () => {
    const launches = launchesOf(1, 1, 1, 1, 1, 1, 1);
    launches[3].results[1] = { name: 'now', failure: 'no such head' };
    const failed = verdict(launches, 0.03);
    assert.equal(failed.failure, 'now: no such head');
    assert.match(complaint(new Map([['load', failed]]), 0.03), /load \(now: no such head\)/);
  });
});
