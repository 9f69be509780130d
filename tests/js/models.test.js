// Models against transformers: tiny random ones in every stored type, and all-MiniLM-L6-v2.
import { load } from '../../dist/lib/node.js';
import { decode, expectWithin, readGolden } from './helpers/golden.js';
import { filesOf, miniLM, tinyBert } from './helpers/model_files.js';
import { thrownBy } from './helpers/tensors.js';

const { variant: fastest } = await load();
const variants = [...new Set(['simd', fastest])];

function everyHead(run, name) {
  const maps = [];
  for (let layer = 0; layer < run.numLayers; ++layer) {
    for (let head = 0; head < run.numHeads; ++head) maps.push(run.tap(name, { layer, head }).data);
  }
  return maps;
}

describe.each(variants)('%s', (variant) => {
  test.each(['even_f32', 'even_f16', 'odd_f32', 'odd_bf16'])('the tiny BERT %s', async (name) => {
    const core = await load({ variant });
    const model = await core.loadModel(filesOf(tinyBert(name)));
    for (const golden of readGolden(`tiny_bert/${name}/expected.json`)) {
      const run = model.run(golden.text);
      expect(run.tokens.map(({ id }) => id)).toEqual(golden.ids);
      expect(run.truncated).toBe(golden.truncated);
      const maps = golden.attentions.flat();
      everyHead(run, 'weights').forEach((map, i) => expectWithin('weights', map, maps[i].flat(), 1e-5));
      expectWithin('lastHidden', run.lastHidden.data, golden.lastHidden.flat(), 2e-5);
      expectWithin('meanPooled', run.meanPooled, golden.meanPooled, 2e-5);
      run.dispose();
    }
  });

  test('all-MiniLM-L6-v2: ids, places in the text and the attention of every head, 20 sentences', async () => {
    const core = await load({ variant });
    const model = await core.loadModel(miniLM());
    const { sentences } = readGolden('minilm_attention.json.gz');
    expect(sentences).toHaveLength(21);
    for (const { text, ids, offsets, maps, sample, meanPooled } of sentences) {
      const run = model.run(text);
      expect(run.tokens.map(({ id }) => id)).toEqual(ids);
      expect(run.tokens.map(({ start, end }) => [start, end])).toEqual(offsets);
      const texts = offsets.map(([start, end]) => text.slice(start, end));
      expect(run.tokens.map(({ text }) => text)).toEqual(['[CLS]', ...texts.slice(1, -1), '[SEP]']);
      const weights = everyHead(run, 'weights');
      const size = ids.length * ids.length;
      if (maps) {
        const expected = decode(maps, Float32Array).data;
        weights.forEach((map, i) => {
          expectWithin('weights', map, expected.subarray(i * size, (i + 1) * size), 2e-5);
        });
      } else {
        const { data: cells, shape } = decode(sample.cells, Int32Array);
        const count = shape.at(-1);
        const expected = decode(sample.weights, Float32Array).data;
        const means = decode(sample.columnMeans, Float32Array).data;
        const squares = decode(sample.meanSquares, Float32Array).data;
        weights.forEach((map, i) => {
          const chosen = [...cells.subarray(i * count, (i + 1) * count)].map((cell) => map[cell]);
          expectWithin('weights', chosen, expected.subarray(i * count, (i + 1) * count), 2e-5);
          const columns = ids.map((_, key) => {
            let sum = 0;
            for (let query = 0; query < ids.length; ++query) sum += map[query * ids.length + key];
            return sum / ids.length;
          });
          const square = map.reduce((sum, weight) => sum + weight * weight, 0) / size;
          expectWithin('mean square', [square], [squares[i]], 2e-6);
          expectWithin('mean', columns, means.subarray(i * ids.length, (i + 1) * ids.length), 2e-6);
        });
      }
      if (meanPooled) expectWithin('meanPooled', run.meanPooled, decode(meanPooled, Float32Array).data, 2e-5);
      run.dispose();
    }
  }, 60_000);
});

describe('a run', () => {
  const start = async () => (await load()).loadModel(filesOf(tinyBert('odd_f32')));

  test('keeps what its heads are made of: steps agree with core.attend, contributions with the layer', async () => {
    const core = await load();
    const model = await start();
    const run = model.run('The cat sat.');
    const [place] = [{ layer: 1, head: 2 }];
    const of = (name) => {
      const { data, shape } = run.tap(name, place);
      return { data, shape: [1, ...shape] };
    };
    const taps = ['scores', 'softcapped', 'masked', 'weights', 'lse', 'head_output'];
    const expected = core.attend({ query: of('query'), key: of('key'), value: of('value'), taps });
    for (const tap of taps) expect(of(tap).data).toEqual(expected.taps[tap].data);
    expect(run.tap('contribution', place).shape).toEqual([run.tokens.length, model.info.hiddenSize]);
  });

  test('fills arrays of the caller, as a trace does', async () => {
    const run = (await start()).run('The cat sat.');
    const trace = await (await load()).openTrace(run.toTrace({ dtype: 'f32' }));
    const place = { layer: 1, head: 2 };
    for (const source of [run, trace]) {
      const fresh = source.tap('weights', place);
      const out = new Float32Array(fresh.data.length);
      const filled = source.tap('weights', place, out);
      expect(filled.data).toBe(out);
      expect(filled).toEqual(fresh);
      expect(thrownBy(() => source.tap('weights', place, new Float32Array(3))).message).toMatch(
        /^out must be/,
      );
    }
  });

  test('outlives its model, but for contributions', async () => {
    const model = await start();
    const run = model.run('The cat sat.');
    const before = run.tap('weights', { layer: 0, head: 0 });
    model.dispose();
    model.dispose();
    expect(run.tap('weights', { layer: 0, head: 0 })).toEqual(before);
    const disposed = { code: 'disposed' };
    expect(thrownBy(() => run.tap('contribution', { layer: 0, head: 0 }))).toMatchObject(disposed);
    expect(thrownBy(() => model.run('cat'))).toMatchObject(disposed);
    run.dispose();
    expect(thrownBy(() => run.tap('weights', { layer: 0, head: 0 }))).toMatchObject(disposed);
  });

  test('says what is wrong, and works on', async () => {
    const model = await start();
    const run = model.run('The cat sat.');
    const wrong = [
      [() => run.tap('weight', { layer: 0, head: 0 }), /^tap must be one of scores/],
      [() => run.tap('weights', { layer: 2, head: 0 }), 'layer must be an integer from 0 to 1, got 2.'],
      [() => run.tap('weights', { layer: 0, head: -1 }), 'head must be an integer from 0 to 2, got -1.'],
      [() => model.run(7), 'text must be a string, two strings or an array of token ids, got 7.'],
      [() => model.run([]), 'ids must hold at least one, got none.'],
      [() => model.run(new Array(17).fill(5)), /must have 1 to 16 tokens/],
      [() => model.run([5, 1e6]), /ids\[1\] must be from 0 to/],
      [() => model.run([0.5]), 'ids[0] must be a whole number, got 0.5.'],
    ];
    for (const [action, message] of wrong) {
      expect(thrownBy(action).message).toEqual(
        typeof message === 'string' ? message : expect.stringMatching(message),
      );
    }
    expect(model.run('cat').tokens).toHaveLength(3);
  });

  test('takes a text of 100,000 characters, cut at the limit, and one of none', async () => {
    const model = await start();
    const long = model.run('the cat '.repeat(12_500));
    expect(long.tokens).toHaveLength(16);
    expect(long.truncated).toBe(true);
    expect(long.tokens.at(-1).text).toBe('[SEP]');
    const empty = model.run('');
    expect(empty.tokens.map(({ text }) => text)).toEqual(['[CLS]', '[SEP]']);
    expect(empty.truncated).toBe(false);
  });

  test('takes markup as any other text', async () => {
    const model = await start();
    const own = model.run('<script>').tokens.slice(1, -1);
    expect(own.map(({ text }) => text).join('')).toBe('<script>');
    expect(own[0]).toMatchObject({ text: '<', start: 0, end: 1 });
    expect(own.at(-1)).toMatchObject({ text: '>', start: 7, end: 8 });
  });

  test('and its model do not grow the memory when they are made and disposed', async () => {
    const core = await load();
    const files = filesOf(tinyBert('odd_f32'));
    const first = await core.loadModel(files);
    const round = async () => {
      const model = await core.loadModel(files);
      const run = model.run('The cat sat.');
      run.tap('weights', { layer: 0, head: 0 });
      run.dispose();
      model.dispose();
    };
    for (let i = 0; i < 5; ++i) await round();
    const before = first.memoryBytes;
    for (let i = 0; i < 200; ++i) await round();
    expect(first.memoryBytes).toBe(before);
  });
});

test('what a run says by its model is refused once that is disposed, and spoils no other', async () => {
  const core = await load();
  const [model, other] = [
    await core.loadModel(filesOf(tinyBert('even_f32'))),
    await core.loadModel(filesOf(tinyBert('even_f32'))),
  ];
  const run = model.run('a cat');
  model.dispose();
  for (const use of [() => run.analyse(), () => run.layOutHeads()]) expect(use).toThrow(/disposed/);
  expect(() => other.run('a cat')).not.toThrow();
});
