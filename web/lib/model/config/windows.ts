import { MOST_LAYERS } from '../model_config.js';
import type { JsonConfig } from './json_config.js';

/**
 * How many keys a window shows to each side that a query looks at, the query's own included; 0 where there is none. Of
 * a model that looks both ways transformers shows |p − j| ≤ window.
 *
 * @param shown - How many keys a window of the config's size shows, where that isn't its size
 */
export function readWindow(config: JsonConfig, shown = (window: number) => window): number {
  if (config.value('sliding_window') === null) return 0;
  const window = config.number('sliding_window');
  if (window < 1) throw config.unsupported('sliding_window', 'null or at least 1', window);
  return shown(window) + (config.boolean('is_causal', true) ? 0 : 1);
}

/** Which layers have the window by `layer_types`, or else by `isWindowed` of each layer's number. */
export function readWindowedLayers(
  config: JsonConfig,
  numLayers: number,
  window: number,
  isWindowed: (layer: number) => boolean,
): boolean[] {
  const types = config.value('layer_types') ?? undefined;
  if (types === undefined) return Array.from({ length: numLayers }, (_, layer) => isWindowed(layer));
  if (!Array.isArray(types) || types.length !== numLayers) {
    throw config.unsupported('layer_types', `a list of ${numLayers} names`, types);
  }
  // What it was made of says nothing beside it.
  config.ignore('sliding_window_pattern', '_sliding_window_pattern');
  return types.map((type: unknown) => {
    if (type !== 'sliding_attention' && type !== 'full_attention') {
      throw config.unsupported('layer_types', '"sliding_attention" or "full_attention"', type);
    }
    const hasWindow = type === 'sliding_attention';
    if (hasWindow && window === 0) {
      throw config.unsupported('layer_types', '"full_attention" where no window is used', type);
    }
    return hasWindow;
  });
}

/** How many layers a model has. */
export function readNumLayers(config: JsonConfig, key: string): number {
  return config.size(key, MOST_LAYERS);
}

/** No layer has a window. */
export function noWindows(numLayers: number): boolean[] {
  return Array.from({ length: numLayers }, () => false);
}
