import { headsByLayer } from '../element/paint_heads.js';
import type { HeadAnalysis, HeadName, HeadPlace } from '../lib/index.js';

/** The statistics of heads that they can be put in order by, largest first. */
export const STATISTICS = ['entropy', 'distance', 'firstToken', 'diagonal', 'punctuation'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** How heads are put in order. */
export type Order = 'layers' | 'name' | 'similarity' | Statistic;

/** What is known of the heads of a text. */
export interface KnownHeads {
  numLayers: number;
  numHeads: number;
  names: readonly HeadName[] | undefined;
  statistics: readonly HeadAnalysis[] | undefined;
}

/** Which heads are shown. */
export interface HeadFilter {
  /** Only those of this name; all where it is empty. */
  name: string;
  /** Only those of at least so much of the statistic that they are in order of. */
  least: number;
}

/** Heads of one name side by side, the clearest first; those without a clear pattern come last. */
function byName(names: readonly HeadName[]): HeadPlace[] {
  const clear = (pattern: string | null) => (pattern === null ? 1 : 0);
  return [...names].sort(
    (a, b) => clear(a.pattern) - clear(b.pattern) || a.name.localeCompare(b.name) || b.share - a.share,
  );
}

export function isStatistic(order: Order): order is Statistic {
  return STATISTICS.includes(order as Statistic);
}

/** The heads that are shown, in the order asked for; by layer where nothing is known to order them by. */
export function orderHeads(known: KnownHeads, order: Order, { name, least }: HeadFilter): HeadPlace[] {
  const { names, statistics } = known;
  let places: HeadPlace[] = headsByLayer(known);
  if (order === 'name' && names !== undefined) places = byName(names);
  if (isStatistic(order) && statistics !== undefined) {
    places = [...statistics].sort((a, b) => b[order] - a[order]).filter((head) => head[order] >= least);
  }
  if (name === '' || names === undefined) return places;
  const isNamed = new Set(
    names.filter((head) => head.name === name).map(({ layer, head }) => `${layer}.${head}`),
  );
  return places.filter(({ layer, head }) => isNamed.has(`${layer}.${head}`));
}
