// Circuits from the weights alone against TransformerLens, on tiny models, from the folder and from the GGUF.
import { readFileSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { readGolden } from './helpers/golden.js';
import { filesOf } from './helpers/model_files.js';
import { thrownBy } from './helpers/tensors.js';

const golden = readGolden('circuits.json');
const core = await load();
const folder = (name) => new URL(`../golden/tiny_decoders/${name}`, import.meta.url).pathname;

/** Within 1e-4 of the largest of them. */
function expectClose(actual, expected) {
  const largest = Math.max(...expected.map(Math.abs), 1e-6);
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(1e-4 * largest));
}

const sources = Object.keys(golden).flatMap((name) => [
  [name, 'folder', () => filesOf(folder(name))],
  [name, 'GGUF', () => readFileSync(`${folder(name)}/model.gguf`)],
]);

test.each(sources)('%s from its %s', async (name, _, source) => {
  const model = await core.loadModel(source());
  const circuits = model.circuits();
  const { qk, ov, copying, composition } = golden[name];
  for (let layer = 0; layer < model.info.numLayers; ++layer) {
    circuits.heads(layer).forEach(({ head, qkSingularValues, ovSingularValues, copyingScore }) => {
      expectClose([...qkSingularValues], qk[layer][head]);
      expectClose([...ovSingularValues], ov[layer][head]);
      expect(Math.abs(copyingScore - copying[layer][head])).toBeLessThan(1e-3);
    });
  }
  for (const [kind, scores] of Object.entries(composition)) {
    const { data, shape } = circuits.composition(kind, { earlier: 0, later: 1 });
    expect(shape).toEqual([model.info.numHeads, model.info.numHeads]);
    // TransformerLens has the earlier head first.
    scores.forEach((row, earlier) => {
      expectClose(
        row.map((__, later) => data[later * shape[1] + earlier]),
        row,
      );
    });
  }
  circuits.dispose();
});

test('a model that is not tiny has circuits too', async () => {
  const model = await core.loadModel('built-in');
  const circuits = model.circuits();
  for (let layer = 0; layer < model.info.numLayers; ++layer) {
    for (const { qkSingularValues, ovSingularValues, copyingScore } of circuits.heads(layer)) {
      for (const values of [qkSingularValues, ovSingularValues]) {
        expect([...values]).toEqual([...values].sort((a, b) => b - a));
        expect(values.at(-1)).toBeGreaterThan(0);
      }
      expect(Math.abs(copyingScore)).toBeLessThanOrEqual(1);
    }
    for (const kind of layer === 0 ? [] : ['query', 'key', 'value']) {
      for (const score of circuits.composition(kind, { earlier: layer - 1, later: layer }).data) {
        expect(score > 0 && score < 1).toBe(true);
      }
    }
  }
  circuits.dispose();
});

test('layers that do not exist are refused by name', async () => {
  const circuits = (await core.loadModel(readFileSync(`${folder('llama')}/model.gguf`))).circuits();
  expect(thrownBy(() => circuits.heads(2)).message).toMatch(/layer must be .* 0 to 1, got 2/);
  const same = { earlier: 1, later: 1 };
  expect(thrownBy(() => circuits.composition('query', same)).message).toMatch(
    /earlier must be .* 0 to 0, got 1/,
  );
  expect(thrownBy(() => circuits.composition('output', same)).message).toMatch(/kind must be "query", "key"/);
});
