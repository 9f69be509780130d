// GGUFs that llama.cpp's converter wrote, against transformers (eager, float32) on the models they were made of.
import { File } from 'node:buffer';
import { readFileSync, readdirSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { decode, expectWithin, readGolden } from './helpers/golden.js';

const core = await load();
const TOLERANCE = 2e-5;
const folder = new URL('../golden/converted_gguf/', import.meta.url);
const expected = readGolden('converted_gguf/expected.json.gz');

/** The file of a model, or its parts. */
function filesOf(name) {
  const own = readdirSync(folder).filter((file) => file === `${name}.gguf` || file.startsWith(`${name}-0`));
  return own.map((file) => new File([readFileSync(new URL(file, folder))], file));
}

function everyMap(run) {
  const maps = [];
  for (let layer = 0; layer < run.numLayers; ++layer) {
    for (let head = 0; head < run.numHeads; ++head) maps.push(...run.tap('weights', { layer, head }).data);
  }
  return maps;
}

test.each(Object.keys(expected))('%s', async (name) => {
  const model = await core.loadModel(filesOf(name));
  expect(model.info.unreadKeys).toEqual([]);
  for (const { ids, weights, logits, hidden } of expected[name]) {
    const run = model.run(ids, { logits: 'all' });
    expectWithin('weights', everyMap(run), decode(weights, Float32Array).data, TOLERANCE);
    const values = decode(logits ?? hidden, Float32Array).data;
    const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
    expectWithin('values', (logits ? run.logits : run.lastHidden).data, values, TOLERANCE * scale);
  }
});

test('BERT: what it is', async () => {
  const { info } = await core.loadModel(filesOf('bert'));
  expect(info).toMatchObject({
    family: 'bert',
    isCausal: false,
    predicts: false,
    ropeDims: 0,
    maxTokens: 40,
  });
  expect(info.assumptions).toEqual([expect.stringMatching(/^hidden_act isn't in the file; GELU/)]);
});

describe('a split GGUF', () => {
  const parts = filesOf('llama_split');
  const { ids } = expected.llama_split[0];
  const first = async (files) => [...(await core.loadModel(files)).run(ids).logits.data];

  test('whatever the order of its parts', async () => {
    expect(await first([...parts].reverse())).toEqual(await first(parts));
  });

  test('says which part is missing', async () => {
    await expect(core.loadModel(parts.slice(0, 1))).rejects.toMatchObject({
      code: 'file-format',
      message:
        'The GGUF is split into 4 parts, and part 2, llama_split-00002-of-00004.gguf, is missing; give all of them together.',
    });
    await expect(core.loadModel([parts[0], parts[1], parts[3]])).rejects.toMatchObject({
      message: expect.stringMatching(/part 3, llama_split-00003-of-00004\.gguf, is missing/),
    });
    await expect(core.loadModel(parts.slice(2, 3))).rejects.toMatchObject({
      message: expect.stringMatching(
        /^llama_split-00003-of-00004\.gguf is part 3 of the 4 that a GGUF was split/,
      ),
    });
    await expect(core.loadModel(new File([parts[0]], 'model.gguf'))).rejects.toMatchObject({
      message: expect.stringMatching(/^model\.gguf is part 1 of the 4 that a GGUF was split into; give all/),
    });
  });

  test('parts of another', async () => {
    const swapped = [parts[0], parts[1], new File([parts[3]], parts[2].name), parts[3]];
    await expect(core.loadModel(swapped)).rejects.toMatchObject({
      message: expect.stringMatching(/00003-of-00004\.gguf must be part 3 of 4, but .* it is part 4 of 4\.$/),
    });
  });
});
