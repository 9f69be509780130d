// SmolLM2-135M-Instruct, a GGUF in Q4_1, against transformers on the same dequantised weights.
import { readFileSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { decode, expectWithin, readGolden } from './helpers/golden.js';
import { smolLM2 } from './helpers/model_files.js';

const { prompts } = readGolden('smollm2.json.gz');
const core = await load();
const model = await core.loadModel(readFileSync(smolLM2()));

/** The kept cells of a map or of a row of logits, and what they should be. */
function kept({ cells, values }, row, rows) {
  const count = cells.data.length / rows;
  return {
    cells: cells.data.subarray(row * count, (row + 1) * count),
    values: values.data.subarray(row * count, (row + 1) * count),
  };
}
const unpack = ({ cells, values }) => ({
  cells: decode(cells, Int32Array),
  values: decode(values, Float32Array),
});

test.each(prompts.map((prompt) => [prompt.ids.length, prompt]))(
  'a prompt of %i tokens',
  (_, prompt) => {
    const { text, ids, offsets, largestLogit } = prompt;
    const run = model.run(text, { logits: 'all' });
    expect(run.tokens.map(({ id }) => id)).toEqual(ids);
    expect(run.tokens.map(({ start, end }) => [start, end])).toEqual(offsets);

    const weights = unpack(prompt.weights);
    for (let head = 0; head < 270; ++head) {
      const map = run.tap('weights', { layer: Math.floor(head / 9), head: head % 9 }).data;
      const { cells, values } = kept(weights, head, 270);
      expectWithin(
        `weights of head ${head}`,
        [...cells].map((cell) => map[cell]),
        values,
        1e-4,
      );
    }
    const logits = unpack(prompt.logits);
    const actual = run.logits.data;
    ids.forEach((__, position) => {
      const { cells, values } = kept(logits, position, ids.length);
      const row = [...cells].map((cell) => actual[position * model.info.vocabSize + cell]);
      expectWithin(`logits at ${position}`, row, values, 1e-4 * largestLogit);
    });
    run.dispose();
  },
  60_000,
);

test('the same step by step through the cache', () => {
  const { ids, logits, largestLogit } = prompts[2];
  const expected = unpack(logits);
  const run = model.run(ids.slice(0, 1), { room: ids.length - 1 });
  ids.forEach((id, position) => {
    if (position > 0) run.extend([id]);
    const { cells, values } = kept(expected, position, ids.length);
    const row = [...cells].map((cell) => run.logits.data[cell]);
    expectWithin(`logits at ${position}`, row, values, 1e-4 * largestLogit);
  });
  run.dispose();
}, 60_000);

/** Of a long text, whose queries are made again for the layer that is looked at, the rows that a short one has. */
test('heads of a long text, edited or not, in any order', () => {
  const ids = prompts.find((prompt) => prompt.ids.length > 150).ids;
  const few = ids.slice(0, 40);
  const edits = [
    { layer: 3, head: 2, ablate: 'zero' },
    { layer: 10, head: 5, temperature: 2 },
    { layer: 13, head: 0, blocked: [[20, 4]] },
  ];
  for (const options of [{}, { edits }]) {
    const [long, short] = [ids, few].map((own) => model.run(own, options));
    const grown = model.run(ids.slice(0, 30), { ...options, room: ids.length - 30 });
    grown.extend(ids.slice(30, 90));
    grown.tap('weights', { layer: 7, head: 0 });
    grown.extend(ids.slice(90));
    for (const layer of [29, 13, 14, 15, 3, 0, 12, 11, 28]) {
      for (const step of ['weights', 'masked', 'query', 'head_output', 'contribution']) {
        const place = { layer, head: (layer + 2) % 9 };
        const [whole, parts, expected] = [long, grown, short].map((run) => run.tap(step, place));
        const width = step === 'weights' || step === 'masked' ? few.length : expected.shape[1];
        const first = ({ data, shape }) =>
          few.flatMap((_, row) => [...data.subarray(row * shape[1], row * shape[1] + width)]);
        const scale = Math.max(1, ...expected.data.map(Math.abs).filter(Number.isFinite));
        expectWithin(`${step} of layer ${layer}`, first(whole), first(expected), 1e-4 * scale);
        expectWithin(`${step} of layer ${layer}, grown`, first(parts), first(expected), 1e-4 * scale);
      }
    }
    for (const run of [long, short, grown]) run.dispose();
  }
}, 60_000);

test('256 tokens, and every map of them, take a quarter of the file beside the model at most', async () => {
  const file = readFileSync(smolLM2());
  const own = await (await load()).loadModel(file);
  const run = own.run(Array.from({ length: 256 }, (_, i) => 100 + i));
  for (let layer = 0; layer < 30; ++layer) run.tap('weights', { layer, head: 0 });
  expect(own.memoryBytes).toBeLessThanOrEqual(1.25 * file.byteLength);
  run.dispose();
  own.dispose();
}, 60_000);
