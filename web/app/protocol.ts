import type { Picture, Token } from '../lib/index.js';

/** How maps are coloured. */
export interface Style {
  colours: 'linear' | 'log';
  ignoreFirstKey: boolean;
  theme: 'light' | 'dark';
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
}

export type Request =
  | DrawRequest
  /** Loads the model. */
  | { kind: 'load' }
  /** Stops the loading. */
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
  | { kind: 'cancelled' }
  | { kind: 'failed'; message: string }
  /** The worker can't work; nothing else comes from it. */
  | { kind: 'broken'; message: string };
