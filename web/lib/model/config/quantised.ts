import { AttentionError } from '../../errors.js';

/** Who makes weights that are quantised in their own way, by `quant_method`. */
const MAKERS: Readonly<Record<string, string>> = {
  aqlm: 'AQLM',
  auto_round: 'AutoRound',
  'auto-round': 'AutoRound',
  awq: 'AWQ',
  bitnet: 'BitNet',
  bitsandbytes: 'bitsandbytes',
  'compressed-tensors': 'compressed-tensors',
  eetq: 'EETQ',
  fbgemm_fp8: 'FBGEMM FP8',
  fp8: 'FP8',
  fp_quant: 'FP-Quant',
  gptq: 'GPTQ',
  higgs: 'HIGGS',
  hqq: 'HQQ',
  modelopt: 'NVIDIA ModelOpt',
  mxfp4: 'MXFP4',
  quanto: 'Quanto',
  quark: 'AMD Quark',
  spqr: 'SpQR',
  torchao: 'torchao',
  vptq: 'VPTQ',
};

/** Where a config says that weights are quantised: transformers', compressed-tensors' older name, and MLX's. */
export const QUANTISED_KEYS = ['quantization_config', 'compression_config', 'quantization'] as const;

type Settings = Readonly<Record<string, unknown>>;

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** Who quantised, by what the config says of it. */
function makerOf(key: string, settings: Settings): string {
  const { quant_method: method, quant_algo: algorithm, load_in_4bit: in4, load_in_8bit: in8 } = settings;
  if (typeof method === 'string') return Object.hasOwn(MAKERS, method) ? (MAKERS[method] as string) : method;
  if (typeof algorithm === 'string') return 'NVIDIA ModelOpt';
  if (in4 === true || in8 === true) return 'bitsandbytes';
  if (key === 'compression_config') return 'compressed-tensors';
  return key === 'quantization' || 'group_size' in settings ? 'MLX' : 'its maker';
}

/**
 * Refuses a config that says its weights are quantised, by their maker's name and with the way to convert them.
 *
 * @throws AttentionError `file-format`
 */
export function refuseQuantised(config: Settings): void {
  for (const key of QUANTISED_KEYS) {
    const settings = config[key];
    if (!isSettings(settings)) continue;
    const maker = makerOf(key, settings);
    const convert =
      maker === 'MLX'
        ? 'convert them with mlx_lm.convert --dequantize'
        : 'convert them in Python (AutoModel.from_pretrained(folder).dequantize(), then save_pretrained)';
    throw new AttentionError(
      'file-format',
      `config.json: ${key} says that the weights are quantised by ${maker}, which isn't read here; take the model that they were made of or a GGUF of it, or ${convert}.`,
    );
  }
}
