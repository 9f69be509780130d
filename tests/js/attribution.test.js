// Why a token is predicted and why a cell is looked at: the parts sum to what the run itself says.
import { readFileSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { smolLM2 } from './helpers/model_files.js';
import { thrownBy } from './helpers/tensors.js';

const core = await load();
const tiny = async (name) =>
  core.loadModel(readFileSync(new URL(`../golden/tiny_decoders/${name}/model.gguf`, import.meta.url)));
const IDS = [5, 9, 11, 5, 9, 40, 5, 17];

/** What a model's final softcap makes of a logit. */
const capped = (logit, softcap) => (softcap > 0 ? softcap * Math.tanh(logit / softcap) : logit);

test.each([
  ['llama', 0],
  ['llama_bias', 0],
  ['qwen3', 0],
  ['gemma2', 6],
  ['gemma3', 0],
  ['gpt2', 0],
])('%s: the parts of a logit sum to it', async (name, softcap) => {
  const model = await tiny(name);
  // Token by token or at once, with a head taken out or not.
  const runs = [
    model.run(IDS),
    model.run(IDS.slice(0, 7), { room: 1 }),
    model.run(IDS, { edits: [{ layer: 0, head: 1, ablate: 'zero' }] }),
  ];
  runs[1].extend(IDS.slice(7));
  for (const run of runs) {
    const logits = run.logits.data;
    for (const token of [0, 3, 57, 99]) {
      const { logit, heads } = run.attributeLogit(token);
      expect(Math.abs(capped(logit, softcap) - logits[token])).toBeLessThan(1e-4);
      expect(heads.shape).toEqual([run.numLayers, run.numHeads]);
    }
  }
  expect(runs[2].attributeLogit(3).heads.data[1]).toBe(0);
  expect(runs[0].attributeLogit(3).heads.data[1]).not.toBe(0);
});

test('SmolLM2: the parts of the likeliest token sum to its logit', async () => {
  const model = await core.loadModel(readFileSync(smolLM2()));
  const run = model.run('When Mary and John went to the store, John gave a drink to');
  const logits = run.logits.data;
  const best = logits.indexOf(Math.max(...logits));
  expect(model.detokenize([best]).text).toBe(' Mary');
  expect(Math.abs(run.attributeLogit(best).logit - logits[best])).toBeLessThan(1e-4 * Math.abs(logits[best]));
}, 30_000);

test.each(['llama', 'gemma3', 'gpt2'])('%s: the parts of a score sum to it', async (name) => {
  const run = (await tiny(name)).run(IDS);
  const place = { layer: 1, head: 2 };
  const scores = run.tap('scores', place).data;
  for (const [query, key] of [
    [0, 0],
    [7, 3],
    [5, 7],
  ]) {
    const { dimensions, frequencies } = run.splitScore({ ...place, query, key });
    const sum = (parts) => parts.reduce((total, part) => total + part, 0);
    expect(sum(dimensions)).toBeCloseTo(scores[query * IDS.length + key], 4);
    if (name === 'gpt2') expect(frequencies).toBeUndefined();
    else expect(sum(frequencies)).toBeCloseTo(sum(dimensions), 4);
  }
});

test('tokens and cells that do not exist are refused by name', async () => {
  const run = (await tiny('llama')).run(IDS);
  expect(thrownBy(() => run.attributeLogit(100)).message).toMatch(/token must be .* 0 to 99, got 100/);
  const cell = { layer: 0, head: 0, query: 8, key: 0 };
  expect(thrownBy(() => run.splitScore(cell)).message).toMatch(/query must be .* 0 to 7, got 8/);
});
