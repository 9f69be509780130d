import { AttentionError } from '../errors.js';

/** Files of weights that aren't safetensors, and what to do with them. */
interface ForeignKind {
  name: RegExp;
  says: string;
  /** The line of Python that makes a model.safetensors of it, where transformers has one. */
  python?: (architecture: string) => string;
}

const fromPretrained = (more: string) => (architecture: string) =>
  `from transformers import ${architecture} as M; M.from_pretrained("."${more}).save_pretrained(".")`;

const FOREIGN: readonly ForeignKind[] = [
  {
    name: /^adapter_model\.(safetensors|bin)$/,
    says: 'a PEFT adapter, which changes a model and is none by itself',
    python: () =>
      'from peft import AutoPeftModel as M; M.from_pretrained(".").merge_and_unload().save_pretrained("merged")',
  },
  {
    name: /^consolidated[\w.-]*\.safetensors$/,
    says: "weights under Mistral's own names; take the repository's model.safetensors",
  },
  {
    name: /^consolidated[\w.-]*\.pth$/,
    says: "weights in Meta's own format; take the model that transformers reads, whose name ends in -hf",
  },
  {
    name: /^(pytorch_model|model)[\w.-]*\.(bin|bin\.index\.json|pt|pth|ckpt)$/,
    says: "weights in PyTorch's own format, which can run code and isn't read",
    python: fromPretrained(''),
  },
  {
    name: /^tf_model[\w.-]*\.h5$/,
    says: 'weights of TensorFlow; transformers 4 converts them',
    python: fromPretrained(', from_tf=True'),
  },
  {
    name: /^flax_model[\w.-]*\.msgpack$/,
    says: 'weights of Flax; transformers 4 converts them',
    python: fromPretrained(', from_flax=True'),
  },
  {
    name: /\.onnx$/,
    says: 'an ONNX graph, which keeps no weights by their names; take the model that it was exported from',
  },
  {
    name: /(^|\/)openvino_[\w.-]*\.(xml|bin)$/,
    says: 'a model of OpenVINO, which keeps no weights by their names; take the model that it was exported from',
  },
  { name: /^rust_model\.ot$/, says: 'weights of rust-bert; take the model that it was converted from' },
  {
    name: /^weights[\w.-]*\.npz$/,
    says: 'weights of an older MLX; "mlx_lm.convert" of a newer one writes model.safetensors',
  },
  {
    name: /\.(pt|pth|ckpt|pkl)$/,
    says: "weights in PyTorch's own format, which can run code and isn't read; save_pretrained of transformers writes model.safetensors",
  },
  { name: /\.h5$/, says: 'weights of Keras; save_pretrained of transformers writes model.safetensors' },
  { name: /\.(zip|7z|rar|tar|tgz|gz|xz)$/, says: 'an archive; unpack it, and give the files in it' },
];
/** What training leaves beside weights. */
const LEFT_BY_TRAINING = /^(optimizer|scheduler|scaler|training_args|rng_state|random_states)[\w.-]*$/;

/** What is asked for at an address that has no model.safetensors, to say what it has. */
export const LIKELY_FOREIGN = [
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
  'adapter_model.safetensors',
  'consolidated.safetensors',
  'tf_model.h5',
  'flax_model.msgpack',
  'onnx/model.onnx',
] as const;
/** What `save_pretrained(variant=…)` calls weights where there is no model.safetensors. */
export const LIKELY_VARIANTS = ['fp16', 'bf16', 'fp32'] as const;

/** The error that says which weights there are in place of safetensors; undefined where there are none. */
export function foreignWeights(
  paths: readonly string[],
  architecture = 'AutoModel',
): AttentionError | undefined {
  for (const { name, says, python } of FOREIGN) {
    const path = paths.find((one) => name.test(one) && !LEFT_BY_TRAINING.test(one));
    if (path === undefined) continue;
    const how = python === undefined ? '' : `. In its folder: ${python(architecture)}`;
    return new AttentionError('file-format', `${path} is ${says}${how}.`);
  }
  return undefined;
}

const INDEX = /^model\.safetensors\.index(\.[\w-]+)?\.json$/;
const SHARD = /^(.*)-(\d+)-of-(\d+)(\.[\w-]+)?\.safetensors$/;

/** Shards that no index names, in order; undefined where these files aren't the shards of one model. */
function withoutIndex(files: readonly string[]): string[] | undefined {
  const shards = files.map((file) => SHARD.exec(file));
  const [first] = shards;
  if (first == null) return undefined;
  const [, stem, , count, variant = ''] = first;
  const isOne = shards.every(
    (shard) => shard?.[1] === stem && shard?.[3] === count && (shard?.[4] ?? '') === variant,
  );
  if (!isOne) return undefined;
  const digits = (first[2] as string).length;
  return Array.from({ length: Math.min(Number(count), 10_000) }, (_, i) => {
    const number = String(i + 1).padStart(digits, '0');
    return `${stem}-${number}-of-${count}${variant}.safetensors`;
  });
}

/** The files that hold a model's weights, or the index that names them. */
export type WeightFiles = { index: string } | { files: readonly string[] };

/**
 * Which of a folder's files are the weights: model.safetensors, what an index names, a variant, shards, or the only
 * .safetensors; undefined where there is none.
 *
 * @throws AttentionError where two could be
 */
export function chooseWeights(paths: readonly string[]): WeightFiles | undefined {
  if (paths.includes('model.safetensors')) return { files: ['model.safetensors'] };
  const [index] = paths.filter((path) => INDEX.test(path)).sort((a, b) => a.length - b.length);
  if (index !== undefined) return { index };
  const own = paths.filter(
    (path) => /^[^/]+\.safetensors$/.test(path) && !/^(adapter_model|consolidated)/.test(path),
  );
  const shards = withoutIndex(own);
  if (shards !== undefined) return { files: shards };
  const [first, second] = own;
  if (second !== undefined) {
    throw new AttentionError(
      'file-format',
      `Either ${first} or ${second} could be the model's weights; call the right one model.safetensors.`,
    );
  }
  return first === undefined ? undefined : { files: [first] };
}
