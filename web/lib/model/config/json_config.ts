import { describe } from '../../arguments.js';
import { AttentionError } from '../../errors.js';
import { Activation } from '../model_config.js';

/** Activations by their names in a config. */
const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  gelu: Activation.gelu,
  gelu_python: Activation.gelu,
  gelu_10: Activation.gelu10,
  gelu_new: Activation.geluTanh,
  gelu_fast: Activation.geluTanh,
  gelu_accurate: Activation.geluTanh,
  gelu_pytorch_tanh: Activation.geluTanh,
  gelu_python_tanh: Activation.geluTanh,
  quick_gelu: Activation.quickGelu,
  relu: Activation.relu,
  relu2: Activation.relu2,
  relu6: Activation.relu6,
  leaky_relu: Activation.leakyRelu,
  silu: Activation.silu,
  swish: Activation.silu,
  hardswish: Activation.hardSwish,
  mish: Activation.mish,
  tanh: Activation.tanh,
  sigmoid: Activation.sigmoid,
  laplace: Activation.laplace,
  linear: Activation.linear,
};

type Settings = Readonly<Record<string, unknown>>;

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The settings of a config.json, each read by the type that it must have. */
export class JsonConfig {
  readonly #settings: Settings;

  constructor(json: unknown) {
    if (!isSettings(json)) throw JsonConfig.unsupported('it', 'an object', json);
    this.#settings = json;
  }

  static unsupported(key: string, expected: string, value: unknown): AttentionError {
    return new AttentionError(
      'file-format',
      `config.json: ${key} must be ${expected}, got ${describe(value)}.`,
    );
  }

  /** The value; undefined where it is missing or null. */
  value(key: string): unknown {
    return this.#settings[key] ?? undefined;
  }

  number(key: string, otherwise?: number): number {
    const value = this.value(key) ?? otherwise;
    if (typeof value !== 'number') throw JsonConfig.unsupported(key, 'a number', value);
    return value;
  }

  boolean(key: string, otherwise: boolean): boolean {
    const value = this.value(key) ?? otherwise;
    if (typeof value !== 'boolean') throw JsonConfig.unsupported(key, 'true or false', value);
    return value;
  }

  text(key: string, otherwise?: string): string {
    const value = this.value(key) ?? otherwise;
    if (typeof value !== 'string') throw JsonConfig.unsupported(key, 'a string', value);
    return value;
  }

  /** A part of the config that is an object; undefined where it is missing. */
  part(key: string): JsonConfig | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (!isSettings(value)) throw JsonConfig.unsupported(key, 'an object', value);
    return new JsonConfig(value);
  }

  activation(key: string, otherwise: string): Activation {
    const name = this.text(key, otherwise);
    if (!Object.hasOwn(ACTIVATIONS, name)) {
      throw JsonConfig.unsupported(key, `one of ${Object.keys(ACTIVATIONS).join(', ')}`, name);
    }
    return ACTIVATIONS[name] as Activation;
  }

  /** Refuses settings that change the mathematics and aren't supported: each may only be missing or as given. */
  refuseUnless(expected: Readonly<Record<string, unknown>>): void {
    for (const [key, only] of Object.entries(expected)) {
      const value = this.value(key);
      if (value !== undefined && value !== only) {
        throw JsonConfig.unsupported(key, only === undefined ? 'left out' : describe(only), value);
      }
    }
  }
}

/** How many keys a window shows, the query's own included: transformers' is |p - j| <= window where tokens look both ways. */
export function readWindow(config: JsonConfig, window: number): number {
  return window > 0 && !config.boolean('is_causal', true) ? window + 1 : window;
}

/** Which layers have the sliding window by `layer_types`, or else by `isWindowed` of each layer's number. */
export function readWindowedLayers(
  config: JsonConfig,
  numLayers: number,
  isWindowed: (layer: number) => boolean,
): boolean[] {
  const types = config.value('layer_types');
  if (types === undefined) return Array.from({ length: numLayers }, (_, layer) => isWindowed(layer));
  if (!Array.isArray(types) || types.length !== numLayers) {
    throw JsonConfig.unsupported('layer_types', `a list of ${numLayers} names`, types);
  }
  return types.map((type: unknown) => {
    if (type !== 'sliding_attention' && type !== 'full_attention') {
      throw JsonConfig.unsupported('layer_types', '"sliding_attention" or "full_attention"', type);
    }
    return type === 'sliding_attention';
  });
}
