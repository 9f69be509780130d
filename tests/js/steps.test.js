// Texts that are read in steps, so that a page has its turns between them.
import { readdirSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { filesOf, tinyBert } from './helpers/model_files.js';
import { thrownBy } from './helpers/tensors.js';

const TINY = new URL('../golden/tiny_decoders/', import.meta.url).pathname;
const MODELS = {
  bert: () => filesOf(tinyBert('odd_f32')),
  ...Object.fromEntries(readdirSync(TINY).map((name) => [name, () => filesOf(`${TINY}${name}`)])),
};
const IDS = Array.from({ length: 13 }, (_, i) => 5 + ((7 * i) % 20));

const core = await load();

/** What a generator gives in the end, and after how many steps. */
function followed(work) {
  for (let steps = 0; ; ++steps) {
    const { done, value } = work.next();
    if (done) return { steps, value };
  }
}

function largestDifference(a, b) {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
}

describe.each(Object.keys(MODELS))('%s', (name) => {
  test.each([
    [Infinity, 1],
    [5, 3],
    [1, 13],
  ])('reads a text by steps of at most %d tokens as in one go', async (tokensOfStep, parts) => {
    const model = await core.loadModel(MODELS[name]());
    const { isCausal, numLayers, numHeads } = model.info;
    const whole = model.run(IDS);
    const { steps, value: run } = followed(model.runInSteps(IDS, {}, tokensOfStep));
    // Beside the layers' steps: memory is taken, it is begun, and what comes next is predicted.
    expect(steps).toBe((1 + parts) * numLayers + 2);
    expect(largestDifference(run.lastHidden.data, whole.lastHidden.data)).toBeLessThan(2e-5);
    for (let i = 0; i < numLayers * numHeads; ++i) {
      const place = { layer: Math.floor(i / numHeads), head: i % numHeads };
      const [own, expected] = [run, whole].map((source) => source.tap('weights', place).data);
      expect(largestDifference(own, expected)).toBeLessThan(2e-5);
    }
    if (!isCausal) return;
    const [own, expected] = [run, whole].map((source) => source.attributeLogit(7).feedForwards);
    expect(largestDifference(own, expected)).toBeLessThan(2e-5);
  });
});

test('a text is left where its model is disposed, and the next one is read', async () => {
  const model = await core.loadModel(MODELS.bert());
  const work = model.runInSteps(IDS);
  for (let step = 0; step < 3; ++step) work.next();
  model.dispose();
  expect(thrownBy(() => work.next())).toMatchObject({ code: 'disposed' });
  expect((await core.loadModel(MODELS.bert())).run(IDS).tokens).toHaveLength(IDS.length);
});
