// What heads do, asked of runs: against plain sums over the same maps.
import { readFileSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { expectWithin } from './helpers/golden.js';
import { filesOf, tinyBert } from './helpers/model_files.js';
import { importSource } from './helpers/source.js';
import { thrownBy } from './helpers/tensors.js';

const core = await load();
const llama = await core.loadModel(
  readFileSync(new URL('../golden/tiny_decoders/llama/model.gguf', import.meta.url)),
);
const bert = await core.loadModel(filesOf(tinyBert('even_f32')));
const IDS = [5, 9, 11, 5, 9, 40, 5];

const run = llama.run(IDS);
const count = IDS.length;
const maps = Array.from({ length: run.numLayers * run.numHeads }, (_, i) => {
  const place = { layer: Math.floor(i / run.numHeads), head: i % run.numHeads };
  return { ...place, map: run.tap('weights', place).data };
});
const meanOf = (map, value) => {
  let sum = 0;
  map.forEach((weight, cell) => (sum += weight * value(Math.floor(cell / count), cell % count)));
  return sum / count;
};

test('statistics of every head', () => {
  run.analyse().forEach((head, i) => {
    const { map, layer, head: number } = maps[i];
    expect(head).toMatchObject({ layer, head: number });
    expect(head.distance).toBeCloseTo(
      meanOf(map, (query, key) => Math.abs(query - key)),
      5,
    );
    expect(head.firstToken).toBeCloseTo(
      meanOf(map, (_, key) => Number(key === 0)),
      5,
    );
    expect(head.diagonal).toBeCloseTo(
      meanOf(map, (query, key) => Number(query === key)),
      5,
    );
    const entropy = map.reduce((sum, weight) => sum - (weight > 0 ? weight * Math.log(weight) : 0), 0);
    expect(head.entropy).toBeCloseTo(entropy / count, 5);
    // The third 5 comes behind two others, the second 9 behind one.
    const induction = [
      [3, [1]],
      [4, [2]],
      [6, [1, 4]],
    ].map(([query, keys]) => keys.reduce((sum, key) => sum + map[query * count + key], 0));
    expect(head.patterns.induction).toBeCloseTo(induction.reduce((a, b) => a + b) / 3, 5);
  });
});

test('over texts, statistics are means over the queries of all of them', async () => {
  const texts = [IDS, [7], [3, 3, 8, 3]];
  const seen = [];
  const heads = await llama.analyse(texts, { onProgress: (done, all) => seen.push([done, all]) });
  expect(seen).toEqual([1, 2, 3].map((done) => [done, 3]));
  const apart = texts.map((ids) => llama.run(ids).analyse());
  heads.forEach((head, i) => {
    const { layer, head: number } = maps[i];
    expect(head).toMatchObject({ layer, head: number });
    const mean = (value, weight) => {
      const [sum, all] = [value, () => 1].map((each) =>
        apart.reduce((total, own, text) => total + weight(own[i], text) * each(own[i]), 0),
      );
      return sum / all;
    };
    for (const name of ['entropy', 'distance', 'firstToken', 'diagonal', 'punctuation']) {
      const expected = mean(
        (own) => own[name],
        (_, text) => texts[text].length,
      );
      expect(head[name]).toBeCloseTo(expected, 9);
    }
    for (const pattern of ['previous', 'induction', 'same']) {
      const queries = (own) => own.patternQueries[pattern];
      expect(head.patterns[pattern]).toBeCloseTo(
        mean((own) => own.patterns[pattern], queries),
        9,
      );
      expect(head.patternQueries[pattern]).toBe(apart.reduce((sum, own) => sum + queries(own[i]), 0));
    }
  });
});

test('texts that are none are refused, and reading them stops on request', async () => {
  await expect(llama.analyse([])).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringMatching(/^texts must be a list of texts, not empty, got /),
  });
  await expect(llama.analyse([[1], 'x'.repeat(3), [1e9]])).rejects.toMatchObject({
    code: 'invalid-argument',
  });
  const stop = new AbortController();
  const reading = llama.analyse([IDS, IDS, IDS], { signal: stop.signal, onProgress: () => stop.abort() });
  await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  expect(llama.run(IDS).analyse()).toHaveLength(maps.length);
});

test('punctuation is found in the text', () => {
  const sentence = bert.run('the cat, the mat.');
  const marks = sentence.tokens.map(({ text }) => text === ',' || text === '.');
  const { length } = marks;
  sentence.analyse().forEach(({ layer, head, punctuation, patterns }) => {
    const map = sentence.tap('weights', { layer, head }).data;
    let share = 0;
    let separator = 0;
    map.forEach((weight, cell) => {
      if (marks[cell % length]) share += weight;
      if (cell % length === length - 1) separator += weight;
    });
    expect(punctuation).toBeCloseTo(share / length, 5);
    expect(patterns.separator).toBeCloseTo(separator / length, 5);
  });
});

test('heads are compared with patterns as detect_head does', () => {
  const { data, shape } = run.detectHeads({ pattern: 'previous', excludeBos: true });
  expect(shape).toEqual([run.numLayers, run.numHeads]);
  const expected = maps.map(({ map }) => {
    const inside = (value) => meanOf(map, (query, key) => (key > 0 ? value(query, key) : 0));
    return inside((query, key) => Number(key === query - 1)) / inside(() => 1);
  });
  expectWithin('detectHeads', data, expected, 1e-5);
  expect(thrownBy(() => run.detectHeads({ pattern: 'next' }))).toMatchObject({
    message: 'pattern must be "previous", "same" or "induction", got "next".',
  });
});

test('rollout and layout have their shapes, and rows that sum to 1', () => {
  const { data, shape } = run.rollout();
  expect(shape).toEqual([count, count]);
  for (let i = 0; i < count; ++i) {
    const row = data.subarray(i * count, (i + 1) * count);
    expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    expect(row.subarray(i + 1).every((weight) => weight === 0)).toBe(true);
  }
  expect(run.layOutHeads().shape).toEqual([maps.length, 2]);
});

test('names say what was measured, and on what', async () => {
  const done = [];
  const { heads, probe } = await bert.nameHeads({ onProgress: (text, all) => done.push([text, all]) });
  expect(heads).toHaveLength(bert.info.numLayers * bert.info.numHeads);
  expect(probe).toBe('16 sentences');
  expect(done.at(-1)).toEqual([16, 16]);
  for (const { name, pattern, share } of heads) {
    expect(name === 'no clear pattern').toBe(pattern === null);
    expect(share >= 0.4).toBe(pattern !== null);
  }
  const causal = await llama.nameHeads();
  expect(causal.probe).toBe('32 random tokens that come twice, mean of 20 draws');
});

test("a name's share is the mean over all queries of the probe that have the pattern", async () => {
  const { heads } = await bert.nameHeads();
  const { PROBE_TEXTS } = await importSource('web/lib/analysis/probe_texts.ts');
  expect(PROBE_TEXTS).toHaveLength(16);
  const runs = PROBE_TEXTS.map((text) => bert.run(text));
  for (const { layer, head, pattern, share } of heads) {
    const shareOf = (names) => {
      let sum = 0;
      let queries = 0;
      for (const each of runs) {
        const { length } = each.tokens;
        const map = each.tap('weights', { layer, head }).data;
        for (let query = 0; query < length; ++query) {
          const keys = Array.from({ length }, (_, key) => key).filter((key) =>
            names(each.tokens, query, key),
          );
          if (keys.length > 0) ++queries;
          for (const key of keys) sum += map[query * length + key];
        }
      }
      return sum / queries;
    };
    const shares = {
      previous: shareOf((_, query, key) => key === query - 1),
      next: shareOf((_, query, key) => key === query + 1),
      itself: shareOf((_, query, key) => key === query),
      first: shareOf((_, query, key) => key === 0 && query > 0),
      separator: shareOf((tokens, _, key) => key === tokens.length - 1),
      same: shareOf((tokens, query, key) => key !== query && tokens[key].id === tokens[query].id),
    };
    expect(share).toBeCloseTo(Math.max(...Object.values(shares)), 4);
    if (pattern !== null) expect(share).toBeCloseTo(shares[pattern], 4);
  }
});

test('naming can be stopped', async () => {
  const stop = new AbortController();
  const naming = llama.nameHeads({ signal: stop.signal, onProgress: () => stop.abort() });
  await expect(naming).rejects.toMatchObject({ code: 'aborted' });
});
