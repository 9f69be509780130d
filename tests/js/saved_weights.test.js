// Weights as people's folders hold them: the answers are those of transformers on the plain folder.
import { readFileSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { decode, expectWithin, readGolden } from './helpers/golden.js';
import { filesOf } from './helpers/model_files.js';
import { readTensors, writeTensors } from './helpers/safetensors.js';

const core = await load();
const folder = (name) => new URL(`../golden/tiny_decoders/${name}`, import.meta.url).pathname;
const EMBEDDING = 'model.embed_tokens.weight';
const HEAD = 'lm_head.weight';

/** The folder's model with its tensors and its config changed. */
function loadChanged(name, change, config = {}) {
  const tensors = readTensors(readFileSync(`${folder(name)}/model.safetensors`));
  const json = JSON.parse(readFileSync(`${folder(name)}/config.json`));
  return core.loadModel(
    filesOf(folder(name), {
      'model.safetensors': writeTensors(change(tensors)),
      'config.json': JSON.stringify({ ...json, ...config }),
    }),
  );
}

const renamed = (rename) => (tensors) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [rename(name), tensor]));
const without = (tensors, ...names) =>
  Object.fromEntries(Object.entries(tensors).filter(([name]) => !names.includes(name)));
const bare = (prefix) => renamed((name) => name.replace(new RegExp(`^${prefix}`), ''));

/** Weights as transformers has them, and logits, or their absence. */
function expectRight(model, name, hasLogits = true) {
  expect(model.info.predicts).toBe(hasLogits);
  const { ids, weights, logits, hidden } = readGolden(`tiny_decoders/${name}/expected.json.gz`).at(-1);
  const run = model.run(ids, { logits: 'all' });
  const expected = decode(weights, Float32Array);
  const maps = [];
  for (let layer = 0; layer < run.numLayers; ++layer) {
    for (let head = 0; head < run.numHeads; ++head) maps.push(...run.tap('weights', { layer, head }).data);
  }
  expectWithin('weights', maps, expected.data, 2e-5);
  if (hidden !== undefined)
    expectWithin('hidden', run.lastHidden.data, decode(hidden, Float32Array).data, 2e-5);
  if (hasLogits) expectWithin('logits', run.logits.data, decode(logits, Float32Array).data, 2e-4);
  return run;
}

describe('a model without a language head', () => {
  // As e5-mistral and gte-Qwen2 are saved: the base class's names, no head, and whatever the config says of ties.
  test.each([
    ['mistral', 'model\\.', { architectures: ['MistralModel'] }],
    ['qwen3', 'model\\.', { architectures: ['Qwen3ForCausalLM'] }],
    ['llama_linear', 'model\\.', { architectures: undefined }],
    ['llama', 'model\\.', { architectures: ['LlamaModel'] }],
    ['gpt2', 'transformer\\.', { architectures: ['GPT2Model'] }],
    ['llama_bias', '', { architectures: ['LlamaForSequenceClassification'] }],
    ['gemma2', '', { architectures: ['Gemma2ForTokenClassification'] }],
    ['qwen2_f16', '', { architectures: ['Qwen2ForQuestionAnswering'] }],
  ])('%s', async (name, prefix, config) => {
    const model = await loadChanged(name, (tensors) => without(bare(prefix)(tensors), HEAD), config);
    const run = expectRight(model, name, false);
    const words = /no language head/;
    expect(() => run.logits).toThrow(words);
    expect(() => run.nextProbabilities).toThrow(words);
    expect(() => run.attributeLogit(3)).toThrow(words);
    await expect(model.run([3, 4], { room: 1 }).generate().next()).rejects.toThrow(words);
    await expect(model.ablateEach([3, 4])).rejects.toThrow(words);
    expect(model.circuits().heads(0)[0].copyingScore).toBeUndefined();
    expect(run.changesFrom(run).probabilities).toBeUndefined();
    // It still goes on with tokens that are given.
    const longer = model.run([3, 4], { room: 1 });
    longer.extend([5]);
    expectWithin(
      'extended',
      longer.lastHidden.data,
      model.run([3, 4, 5]).lastHidden.data.slice(-run.lastHidden.shape[1]),
      1e-5,
    );
  });

  test('a head that the file has is taken, whatever class saved it', async () => {
    expectRight(await loadChanged('mistral', (all) => all, { architectures: ['MistralModel'] }), 'mistral');
  });

  test('a language model whose head is missing is not whole', async () => {
    await expect(loadChanged('mistral', (tensors) => without(tensors, HEAD))).rejects.toThrow(
      'Tensor "lm_head.weight" is missing from the file.',
    );
  });
});

test.each([
  ['llama', 'a language model', true],
  ['gemma2', 'another', true],
  ['roberta', 'an encoder', false],
])('%s, %s: info.predicts', async (name, _what, predicts) => {
  expect((await core.loadModel(filesOf(folder(name)))).info.predicts).toBe(predicts);
});

describe('prefixes', () => {
  const decoder = (prefix, head = prefix.replace(/model\.$/, '')) =>
    renamed((name) => (name === HEAD ? `${head}${HEAD}` : name.replace(/^model\./, prefix)));
  test.each([
    ['base_model.model.model.', 'base_model.model.'],
    ['module.model.', 'module.'],
    ['_orig_mod.model.', '_orig_mod.'],
    ['model.language_model.', ''],
    ['language_model.model.', 'language_model.'],
    ['', ''],
  ])('a decoder under "%s", its head under "%s"', async (prefix, head) => {
    expectRight(await loadChanged('qwen3', decoder(prefix, head)), 'qwen3');
  });

  test.each(['roberta.', 'encoder.', '0.auto_model.', 'auto_model.', 'module.roberta.', 'model.', ''])(
    'an encoder under "%s"',
    async (prefix) => {
      expectRight(
        await loadChanged(
          'roberta',
          renamed((name) => prefix + name),
        ),
        'roberta',
        false,
      );
    },
  );

  test('DistilBERT and GPT-2', async () => {
    const distilbert = await loadChanged(
      'distilbert',
      renamed((name) => `0.auto_model.${name}`),
    );
    expectRight(distilbert, 'distilbert', false);
    const gpt2 = await loadChanged(
      'gpt2',
      renamed((name) => name.replace(/^transformer\./, 'base_model.model.transformer.')),
    );
    expectRight(gpt2, 'gpt2');
  });

  test('the tensors of what looks at pictures are left out', async () => {
    const model = await loadChanged('qwen3', (tensors) => ({
      ...Object.fromEntries(
        Object.entries(tensors).map(([name, tensor]) => [
          `vision_tower.vision_model.encoder.${name.replace('model.', '')}`,
          tensor,
        ]),
      ),
      ...decoder('language_model.model.', 'language_model.')(tensors),
    }));
    expectRight(model, 'qwen3');
  });

  test('two models in one file are an error that names both', async () => {
    const twice = (tensors) => ({
      ...renamed((name) => `query.${name}`)(tensors),
      ...renamed((name) => `document.${name}`)(tensors),
    });
    await expect(loadChanged('roberta', twice)).rejects.toThrow(
      /tensors "query\..+" and "document\..+" can't both be its own/,
    );
    const gamma = (tensors) => ({
      ...tensors,
      'embeddings.LayerNorm.gamma': tensors['embeddings.LayerNorm.weight'],
    });
    await expect(loadChanged('roberta', gamma)).rejects.toThrow(
      'Tensors "embeddings.LayerNorm.weight" and "embeddings.LayerNorm.gamma" are the same one of the model.',
    );
  });

  test('a missing tensor is named as the others are', async () => {
    const missing = (prefix, name) => (tensors) => without(decoder(prefix)(tensors), name);
    for (const name of [
      'module.model.layers.1.mlp.up_proj.weight',
      'module.model.norm.weight',
      'module.lm_head.weight',
    ]) {
      await expect(loadChanged('qwen3', missing('module.model.', name))).rejects.toThrow(
        `Tensor "${name}" is missing from the file.`,
      );
    }
  });
});

describe('tied embeddings', () => {
  const head = (tensors, data) => ({ [HEAD]: { ...tensors[EMBEDDING], data }, ...tensors });

  test('saved twice', async () => {
    expectRight(await loadChanged('llama', (tensors) => head(tensors, tensors[EMBEDDING].data)), 'llama');
  });

  test('saved as the head alone', async () => {
    const alone = ({ [EMBEDDING]: embedding, ...tensors }) => ({ ...tensors, [HEAD]: embedding });
    expectRight(await loadChanged('llama', alone), 'llama');
  });

  // transformers 5 keeps it apart: Llama's answers with the head of an untied model are those of that model.
  test('saved with another head', async () => {
    const model = await loadChanged('llama_linear', (tensors) => tensors, { tie_word_embeddings: true });
    expectRight(model, 'llama_linear');
  });
});
