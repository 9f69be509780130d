import type { AttentionSource, HeadAnalysis, HeadNames, HeadPlace, Run } from '../lib/index.js';
import type { Order } from './protocol.js';

function byLayer({ numLayers, numHeads }: AttentionSource): HeadPlace[] {
  return Array.from({ length: numLayers * numHeads }, (_, i) => ({
    layer: Math.floor(i / numHeads),
    head: i % numHeads,
  }));
}

/** Heads of one name side by side, the clearest first; those without a clear pattern come last. */
function byName({ heads }: HeadNames): HeadPlace[] {
  const clear = (pattern: string | null) => (pattern === null ? 1 : 0);
  return [...heads].sort(
    (a, b) => clear(a.pattern) - clear(b.pattern) || a.name.localeCompare(b.name) || b.share - a.share,
  );
}

/** All heads of a source in the order asked for; by layer where it can't tell: a trace, or heads not named yet. */
export function orderHeads(source: AttentionSource, order: Order, names: HeadNames | undefined): HeadPlace[] {
  if (order === 'name') return names === undefined ? byLayer(source) : byName(names);
  const { analyse } = source as Partial<Run>;
  if (order === 'layers' || analyse === undefined) return byLayer(source);
  const heads: HeadAnalysis[] = (source as Run).analyse();
  return heads.sort((a, b) => b[order] - a[order]);
}
