// Edits of heads against transformers with hooks, on tiny models.
import { readFileSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { decode, expectWithin, readGolden } from './helpers/golden.js';
import { thrownBy } from './helpers/tensors.js';

const golden = readGolden('tiny_edits.json.gz');
const pattern = decode(golden.pattern, Float32Array).data;
const core = await load();
const models = {};
for (const name of Object.keys(golden.models)) {
  const path = new URL(`../golden/tiny_decoders/${name}/model.gguf`, import.meta.url);
  models[name] = await core.loadModel(readFileSync(path));
}

/** The edits of a golden case as a person writes them. */
function written(edits, other) {
  return edits.map((edit) => ({
    ...edit,
    ...(edit.ablate === 'mean' && { ablate: { meanOf: other } }),
    ...(edit.pattern && { pattern }),
    ...(edit.patch && { patch: other }),
  }));
}

const cases = Object.entries(golden.models).flatMap(([name, { cases: all }]) =>
  all.map((golden) => [name, golden.case, golden]),
);

test.each(cases)('%s: %s', (name, _, { edits, logits, weights }) => {
  const { ids, other } = golden.models[name];
  const otherRun = models[name].run(other);
  const run = models[name].run(ids, { edits: written(edits, otherRun) });
  expectWithin('logits', run.logits.data, decode(logits, Float32Array).data, 5e-5);
  const expected = decode(weights, Float32Array).data;
  const size = ids.length ** 2;
  for (let i = 0; i < run.numLayers * run.numHeads; ++i) {
    const place = { layer: Math.floor(i / run.numHeads), head: i % run.numHeads };
    const map = run.tap('weights', place).data;
    expectWithin(`weights of ${i}`, map, expected.subarray(i * size, (i + 1) * size), 2e-5);
  }
});

test.each(cases)('%s: %s, token by token through the cache', (name, _, { edits, logits }) => {
  const { ids, other } = golden.models[name];
  const otherRun = models[name].run(other);
  const run = models[name].run(ids.slice(0, 3), { edits: written(edits, otherRun), room: ids.length - 3 });
  for (const id of ids.slice(3)) run.extend([id]);
  expectWithin('logits', run.logits.data, decode(logits, Float32Array).data, 5e-5);
});

test('contributions of edited heads are those that were added', () => {
  const { ids } = golden.models.llama;
  const place = { layer: 0, head: 1 };
  const plain = models.llama.run(ids).tap('contribution', place).data;
  const halved = models.llama.run(ids, { edits: [{ ...place, scale: 0.5 }] }).tap('contribution', place).data;
  expectWithin(
    'contribution',
    halved,
    plain.map((value) => value / 2),
    1e-6,
  );
});

test('a run says what its edits changed: later heads, and what comes next', () => {
  const { ids } = golden.models.llama;
  const plain = models.llama.run(ids);
  const edited = models.llama.run(ids, { edits: [{ layer: 0, head: 1, ablate: 'zero' }] });
  const { heads, probabilities } = edited.changesFrom(plain);
  expect(heads.shape).toEqual([2, 4]);
  expect([...heads.data.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  for (let head = 0; head < 4; ++head) {
    const place = { layer: 1, head };
    const before = plain.tap('weights', place).data;
    const sum = edited
      .tap('weights', place)
      .data.reduce((total, weight, cell) => total + Math.abs(weight - before[cell]), 0);
    expect(heads.data[4 + head]).toBeCloseTo(sum / (2 * ids.length), 5);
    expect(sum).toBeGreaterThan(0);
  }
  expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 5);
  expect(probabilities.some((change) => Math.abs(change) > 1e-3)).toBe(true);
  expect(thrownBy(() => edited.changesFrom(models.llama.run(ids.slice(1)))).message).toMatch(
    /as many tokens/,
  );
});

test('each head in turn: the drop of the answer is that of a run without the head', async () => {
  const { ids } = golden.models.gemma2;
  const done = [];
  const { token, logit, drops } = await models.gemma2.ablateEach(ids, {
    onProgress: (head, all) => done.push([head, all]),
  });
  const logits = models.gemma2.run(ids).logits.data;
  expect(token).toBe(logits.indexOf(Math.max(...logits)));
  expect(logit).toBe(logits[token]);
  expect(drops.shape).toEqual([2, 4]);
  expect(done.at(-1)).toEqual([8, 8]);
  const edits = [{ layer: 1, head: 2, ablate: 'zero' }];
  expect(drops.data[6]).toBeCloseTo(logit - models.gemma2.run(ids, { edits }).logits.data[token], 6);
  const stop = new AbortController();
  const stopped = models.gemma2.ablateEach(ids, { signal: stop.signal, onProgress: () => stop.abort() });
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
});

test.each([
  [[{ layer: 2, head: 0, scale: 1 }], /edits\[0\]\.layer must be .* 0 to 1, got 2/],
  [[{ layer: 0, head: 4, scale: 1 }], /edits\[0\]\.head must be .* 0 to 3, got 4/],
  [[{ layer: 0, head: 0, temperature: 0 }], /edits\[0\]\.temperature must be above 0, got 0/],
  [[{ layer: 0, head: 0, scale: NaN }], /edits\[0\]\.scale must be a finite number, got NaN/],
  [[{ layer: 0, head: 0, blocked: [[0, 9]] }], /edits\[0\]\.blocked\[0\] must be .* 0 to 8, got 9/],
  [[{ layer: 0, head: 0, pattern: new Float32Array(5) }], /edits\[0\]\.pattern must be n times n weights/],
  [[{ layer: 0, head: 0 }], /edits\[0\] must be one of ablate, scale/],
  [[{ layer: 0, head: 0, scale: 1, tempo: 2 }], /edits\[0\] has no option "tempo"/, 'unknown-option'],
  ['zero', /edits must be a list/],
])('%j is refused', (edits, message, code = 'invalid-argument') => {
  const { ids } = golden.models.llama;
  expect(thrownBy(() => models.llama.run(ids, { edits }))).toMatchObject({
    name: 'AttentionError',
    code,
    message: expect.stringMatching(message),
  });
  expect(models.llama.run(ids).tokens).toHaveLength(ids.length);
});
