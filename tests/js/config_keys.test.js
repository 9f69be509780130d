// Every key of config.json: left out, null or something else, as transformers takes it; and keys that nobody knows.
import { readFileSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { decode, expectWithin, readGolden } from './helpers/golden.js';
import { filesOf } from './helpers/model_files.js';

const core = await load();
const { ids, models, absent } = readGolden('config_keys.json.gz');
const TOLERANCE = 2e-5;

const folderOf = (name) => new URL(`../golden/${models[name]?.folder ?? name}`, import.meta.url).pathname;

function loadWith(name, change) {
  const config = { ...JSON.parse(readFileSync(`${folderOf(name)}/config.json`)), ...change };
  const kept = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== absent));
  return core.loadModel(filesOf(folderOf(name), { 'config.json': JSON.stringify(kept) }));
}

/** The rows that the golden file has: two queries of the first head and of the last one. */
function rowsOf(model) {
  const run = model.run(ids);
  const places = [
    { layer: 0, head: 0 },
    { layer: run.numLayers - 1, head: run.numHeads - 1 },
  ];
  const rows = places.flatMap((place) => {
    const { data } = run.tap('weights', place);
    const row = (query) => [...data.subarray(query * ids.length, (query + 1) * ids.length)];
    return [...row(ids.length / 2), ...row(ids.length - 1)];
  });
  run.dispose();
  return rows;
}

// What transformers passes over, or runs by wiring that isn't here: refused by name.
const REFUSED = [
  'is_decoder must be false',
  'is_encoder_decoder must be false',
  'pruned_heads must be left out',
  'rope_parameters.full_attention ',
  'scale_attn_by_inverse_layer_idx must be false',
];

describe.each(Object.keys(models))('%s', (name) => {
  test('is the model as it is', async () => {
    const model = await loadWith(name, {});
    const [{ rows }] = models[name].cases;
    expectWithin('rows', rowsOf(model), decode({ data: rows }, Float32Array).data, TOLERANCE);
    expect(model.info.unreadKeys).toEqual([]);
    model.dispose();
  });

  test.each(models[name].cases.slice(1).map(({ change, rows }) => [JSON.stringify(change), change, rows]))(
    '%s',
    async (_, change, rows) => {
      let model;
      try {
        model = await loadWith(name, change);
      } catch (error) {
        expect(error).toMatchObject({ name: 'AttentionError', code: 'file-format' });
        if (rows !== null) expect(REFUSED.filter((key) => error.message.includes(key))).toHaveLength(1);
        return;
      }
      expect(model.info.unreadKeys).toEqual([]);
      if (rows !== null) {
        expectWithin('rows', rowsOf(model), decode({ data: rows }, Float32Array).data, TOLERANCE);
      }
      model.dispose();
    },
  );
});

// The file of weights contradicts the class's size, which its error says.
test.each([
  ['llama', 'vocab_size', /32000/],
  ['mistral', 'intermediate_size', /shape 24 by 14336/],
  ['gemma3', 'head_dim', /must have 256 elements/],
  ['qwen3', 'head_dim', /must have 128 elements/],
  ['distilbert', 'hidden_dim', /3072/],
])('%s without %s has the size of the class', async (name, key, message) => {
  const loading = loadWith(name, { [key]: absent });
  await expect(loading).rejects.toMatchObject({ message: expect.stringMatching(message) });
});

describe('keys that nobody lists', () => {
  test.each([
    ['llama', 'logit_scale', 0.06],
    ['llama', 'attention_multiplier', 2],
    ['llama', 'sliding_window', 4],
    ['llama', 'rope_interleaved', true],
    ['llama', 'num_experts', 8],
    ['mistral', 'attention_bias', true],
    ['qwen2_f16', 'use_mrope', true],
    ['gemma2', 'use_bidirectional_attention', true],
    ['bert', 'position_embedding_type', 'relative_key'],
    ['bert', 'down_scale_factor', 2],
    ['gpt2', 'kvCacheScale', 2],
  ])('%s with %s %j is refused by name', async (name, key, value) => {
    await expect(loadWith(name, { [key]: value })).rejects.toMatchObject({
      code: 'file-format',
      message: expect.stringContaining(key),
    });
  });

  test('a pattern of windows says nothing beside layer_types', async () => {
    const types = ['sliding_attention', 'full_attention'];
    const { num_hidden_layers: numLayers } = JSON.parse(readFileSync(`${folderOf('gemma2')}/config.json`));
    const layer_types = Array.from({ length: numLayers }, (_, layer) => types[layer % 2]);
    const model = await loadWith('gemma2', {
      layer_types,
      _sliding_window_pattern: 6,
      sliding_window_pattern: 6,
    });
    const windows = layer_types.map((_, layer) => model.mechanismOf(layer).slidingWindow === null);
    expect(windows).toEqual(layer_types.map((type) => type === 'full_attention'));
  });

  test('are told where their names don’t speak of the mathematics, or they are nothing', async () => {
    const change = { my_note: 'x', logit_scale: null, use_qk_norm: false, capabilities: ['text'] };
    const model = await loadWith('llama', change);
    expect(model.info.unreadKeys).toEqual(Object.keys(change));
  });

  test.each([
    [
      'llama',
      { num_hidden_layers: 4e9 },
      /num_hidden_layers must be a whole number from 1 to 256, got 4000000000/,
    ],
    ['bert', { type_vocab_size: 0 }, /type_vocab_size must be a whole number from 1/],
    ['llama', { head_dim: 1e9 }, /head_dim must be a whole number from 1 to 4096/],
    ['llama', { rms_norm_eps: null }, /rms_norm_eps must be a number, got null/],
    ['llama_yarn', { rope_theta: 1 }, /rope_scaling.factor must be positive, with positive positions/],
    ['gemma3', { model_type: 'gemma3', text_config: 5 }, /text_config must be an object, got 5/],
    ['mistral', { sliding_window: 0 }, /sliding_window must be null or at least 1, got 0/],
  ])('%s with %j, which no model has', async (name, change, message) => {
    await expect(loadWith(name, change)).rejects.toMatchObject({
      code: 'file-format',
      message: expect.stringMatching(message),
    });
  });

  test('values that differ by layer are refused where one number stands', async () => {
    const many = loadWith('llama', { intermediate_size: [40, 41] });
    await expect(many).rejects.toMatchObject({
      message: expect.stringMatching(/intermediate_size must be a/),
    });
  });
});

// As config.json files of well-known checkpoints have them, beside the sizes.
const CHECKPOINTS = {
  SmolLM2: [
    'llama',
    {
      is_llama_config: true,
      rope_interleaved: false,
      pretraining_tp: 1,
      'transformers.js_config': { kv_cache_dtype: { fp16: 'float16' } },
    },
  ],
  'a fine-tune by Unsloth': [
    'llama',
    {
      unsloth_version: '2025.1',
      unsloth_fixed: true,
      neftune_noise_alpha: 5,
      _attn_implementation_autoset: true,
    },
  ],
  'a model of MLX without quantisation': ['llama', { quantization: null, quantization_config: {} }],
  'Qwen2.5': ['qwen2_f16', { use_mrope: false, sliding_window: 32768, max_window_layers: 21 }],
  'Gemma 2': [
    'gemma2',
    { cache_implementation: 'hybrid', hidden_act: 'gelu_pytorch_tanh', sliding_window_size: 4096 },
  ],
  'BERT by Google': [
    'bert',
    {
      directionality: 'bidi',
      gradient_checkpointing: false,
      pooler_fc_size: 768,
      pooler_num_attention_heads: 12,
      pooler_num_fc_layers: 3,
      pooler_size_per_head: 128,
      pooler_type: 'first_token_transform',
    },
  ],
  'a cross-encoder': [
    'bert',
    { sbert_ce_default_activation_function: 'torch.nn.modules.linear.Identity', down_scale_factor: 1 },
  ],
  'GPT-2': [
    'gpt2',
    {
      n_ctx: 1024,
      summary_type: 'cls_index',
      task_specific_params: { 'text-generation': { max_length: 50 } },
    },
  ],
  'Gemma 2, older': ['gemma2', { hidden_activation: null, hidden_act: 'gelu_pytorch_tanh' }],
  DistilBERT: ['distilbert', { tie_weights_: true, sinusoidal_pos_embds: true }],
};

test.each(Object.entries(CHECKPOINTS))(
  '%s: all keys are known, and the model is the same',
  async (_, [name, keys]) => {
    const model = await loadWith(name, keys);
    const [{ rows }] = models[name].cases;
    expectWithin('rows', rowsOf(model), decode({ data: rows }, Float32Array).data, TOLERANCE);
    expect(model.info).toMatchObject({ unreadKeys: [], assumptions: [] });
  },
);

test.each([
  ['quantization_config', { quant_method: 'bitsandbytes', load_in_4bit: true }, 'bitsandbytes'],
  ['quantization_config', { quant_method: 'gptq', bits: 4 }, 'GPTQ'],
  ['quantization_config', { quant_method: 'awq', bits: 4 }, 'AWQ'],
  ['quantization_config', { quant_method: 'fp8' }, 'FP8'],
  ['quantization_config', { quant_method: 'torchao' }, 'torchao'],
  ['quantization_config', { quant_method: 'hqq' }, 'HQQ'],
  ['compression_config', { format: 'pack-quantized' }, 'compressed-tensors'],
  ['quantization', { group_size: 64, bits: 4 }, 'MLX'],
])('%s of %j is said by its maker’s name, with a way out', async (key, value, maker) => {
  const loading = loadWith('llama', { [key]: value });
  const words = `config.json: ${key} says that the weights are quantised by ${maker}`;
  await expect(loading).rejects.toMatchObject({ message: expect.stringMatching(`^${words}.*convert`) });
});

describe('assumptions', () => {
  test('code of the folder’s own isn’t run', async () => {
    const model = await loadWith('llama', { auto_map: { AutoModel: 'own.Model' } });
    expect(model.info.assumptions).toEqual([
      expect.stringMatching(/own \(auto_map\), which isn't run: .* llama/),
    ]);
  });

  test('defaults that are taken are told', async () => {
    const model = await loadWith('gemma2', { attn_logit_softcapping: absent, attention_bias: absent });
    expect(model.info.assumptions).toEqual([
      expect.stringMatching(
        /doesn't say attn_logit_softcapping \(50\): taken as the defaults of transformers 5/,
      ),
    ]);
  });

  test('nothing is taken that another key says', async () => {
    const theta = { rope_theta: absent, rope_parameters: { rope_type: 'default', rope_theta: 50 } };
    expect((await loadWith('llama', theta)).info.assumptions).toEqual([]);
    const unused = { use_sliding_window: false, max_window_layers: absent };
    expect((await loadWith('qwen3', unused)).info.assumptions).toEqual([]);
  });

  test('numbers as text are numbers', async () => {
    const model = await loadWith('llama', { rms_norm_eps: '1e-06', hidden_size: '24' });
    const [{ rows }] = models.llama.cases;
    expectWithin('rows', rowsOf(model), decode({ data: rows }, Float32Array).data, TOLERANCE);
  });
});
