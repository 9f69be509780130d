import type { HeadAnalysis, HeadNames, HeadPlace, Picture, Token } from '../lib/index.js';

/** How maps are coloured. */
export interface Style {
  colours: 'linear' | 'log';
  ignoreFirstKey: boolean;
  theme: 'light' | 'dark';
}

/** A statistic of heads that they can be put in order by, largest first. */
export type Statistic = keyof Pick<
  HeadAnalysis,
  'entropy' | 'distance' | 'firstToken' | 'diagonal' | 'punctuation'
>;

/** How heads are put in order: by layer, as they are named, or by a statistic of theirs on the text. */
export type Order = 'layers' | 'name' | Statistic;

/** A model that the page can load: one that it knows, or a person's own files. */
export type ModelChoice = 'minilm' | 'built-in' | 'smollm2' | readonly File[];

/** A token that may come next: how likely with all heads, and without those that are taken out. */
export interface Prediction {
  text: string;
  before: number;
  after: number;
}

/** Where the small maps lie in the picture of all heads, in device pixels. */
export interface Tiling {
  /** The side of a map. */
  size: number;
  /** From where one begins to where the next one does; not always whole. */
  pitch: number;
}

/** Pixels to be shown as they are. */
export type Pixels = Pick<Picture, 'pixels' | 'width' | 'height'>;

/** What the page asks its worker to draw. Sizes are in device pixels. */
export interface DrawRequest {
  kind: 'draw';
  text: string;
  /** A trace of this very text, for where there is no model yet. */
  trace: string | undefined;
  layer: number;
  head: number;
  /** Left out where the picture of all heads is as it was. */
  tiling: Tiling | undefined;
  mapWidth: number;
  mapHeight: number;
  barWidth: number;
  style: Style;
  /** The heads that are taken out. */
  ablated: readonly HeadPlace[];
  order: Order;
}

export type Request =
  | DrawRequest
  /** Loads a model. */
  | { kind: 'load'; model: ModelChoice }
  /** Lets the model go on with a text. */
  | { kind: 'go on'; text: string }
  /** Measures what to call the heads. */
  | { kind: 'name heads' }
  /** Stops the loading, the going on or the naming. */
  | { kind: 'cancel' };

/** One text, drawn. */
export interface Drawing {
  kind: 'drawing';
  request: DrawRequest;
  tokens: readonly Token[];
  truncated: boolean;
  numLayers: number;
  numHeads: number;
  /** Every head of every layer; undefined where it is as it was. */
  heads: Pixels | undefined;
  /** The heads in the order of their small maps; undefined where that is as it was. */
  ordered: readonly HeadPlace[] | undefined;
  /** What may come next, by a causal model. */
  predictions: readonly Prediction[] | undefined;
  map: Picture;
  bar: Pixels;
  /** The chosen head's, [tokens, tokens]. */
  weights: Float32Array;
  scores: Float32Array;
}

export type Reply =
  | Drawing
  /** The text has no trace, and there is no model yet. */
  | { kind: 'needs model'; request: DrawRequest }
  | { kind: 'error'; request: DrawRequest; message: string }
  | { kind: 'loading'; loaded: number; total: number }
  | { kind: 'loaded'; model: string }
  /** The text so far; `ended` with the last. */
  | { kind: 'went on'; text: string; ended: boolean }
  | { kind: 'naming'; done: number; all: number }
  | { kind: 'named'; names: HeadNames }
  | { kind: 'cancelled' }
  | { kind: 'failed'; message: string }
  /** The worker can't work; nothing else comes from it. */
  | { kind: 'broken'; message: string };
