import type { Picture, Token } from '../lib/index.js';

/** How maps are coloured. */
export interface Style {
  colours: 'linear' | 'log';
  ignoreFirstKey: boolean;
  theme: 'light' | 'dark';
}

/** What the page asks its worker to draw. Sizes are in device pixels. */
export interface DrawRequest {
  kind: 'draw';
  text: string;
  /** A trace of this very text, for where there is no model yet. */
  trace: string | undefined;
  layer: number;
  head: number;
  /** The side of a small map; 0 where the grid is as it was. */
  tileSize: number;
  mapSize: number;
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
  model: string;
  tokens: readonly Token[];
  truncated: boolean;
  numLayers: number;
  numHeads: number;
  /** Every head of every layer, layer by layer; empty where the grid is as it was. */
  tiles: Picture[];
  map: Picture;
  bar: Picture;
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
  | { kind: 'loaded' }
  | { kind: 'cancelled' }
  | { kind: 'failed'; message: string };
