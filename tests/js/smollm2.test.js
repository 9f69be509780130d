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
