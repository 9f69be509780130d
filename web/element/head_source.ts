import type { HeadName, HeadPlace, KeptMechanism, PaintStyle, Picture, Token } from '../lib/index.js';

/** How maps are coloured. */
export type MapStyle = Required<Pick<PaintStyle, 'ignoreFirstKey' | 'theme'>> & { colours: 'linear' | 'log' };

/** What is changed in how a head works, on the same queries, keys and values; what is left out stays. */
export interface WhatIf {
  isCausal?: boolean;
  /** Whether scores are divided by √d_k. */
  isScaled?: boolean;
  /** Scores are divided by it just before softmax; above 0. */
  temperature?: number;
  /** Keys at most so many places away are seen; null for all. */
  window?: number | null;
  /** softcap · tanh(scores / softcap); 0 for none. */
  softcap?: number;
  /** A logit that stands in softmax's denominator only; null for none. */
  sink?: number | null;
  /** The head's output is 0. */
  isRemoved?: boolean;
}

/** The first of them and how many, along one side of a map. */
export type Span = readonly [first: number, count: number];

/** A part of a map as a picture of so many device pixels. */
export interface MapPart {
  width: number;
  height: number;
  rows: Span;
  columns: Span;
}

/** What is known of a text's heads before any is looked at. */
export interface SourceInfo {
  model: string;
  text: string;
  /** Of the rows. */
  tokens: readonly Token[];
  /** Of the columns. */
  keyTokens: readonly Token[];
  truncated: boolean;
  numLayers: number;
  numHeads: number;
  /** Undefined where there are weights alone. */
  headDim: number | undefined;
  names?: readonly HeadName[] | undefined;
}

/** One head to be looked at. */
export interface HeadRequest extends HeadPlace {
  whatIf: WhatIf;
  style: MapStyle;
  /** Undefined where no picture is shown. */
  part: MapPart | undefined;
}

/** Every step of one head. Maps are [queries, keys]; all but weights are undefined where there are weights alone. */
export interface HeadSteps {
  weights: Float32Array;
  scores?: Float32Array;
  softcapped?: Float32Array;
  masked?: Float32Array;
  /** [queries, headDim], [keys, headDim], [keys, vHeadDim], [queries, vHeadDim] */
  query?: Float32Array;
  key?: Float32Array;
  value?: Float32Array;
  output?: Float32Array;
  /** With what was changed. */
  mechanism: Omit<KeptMechanism, 'attnMask'> & {
    temperature: number;
    sink: number | null;
    /** Whether there is a mask beside causality and the window. */
    hasMask: boolean;
  };
}

export interface HeadResult extends HeadPlace, HeadSteps {
  picture: Picture | undefined;
}

/** Pixels to be shown as they are. */
export type Pixels = Pick<Picture, 'pixels' | 'width' | 'height'>;

/** Where the small maps lie in the picture of all heads, in device pixels. */
export interface Tiling {
  /** The side of a map. */
  size: number;
  /** From where one begins to where the next one does; not always whole. */
  pitch: number;
}

/** Where an element's heads come from, wherever they are computed. */
export interface HeadSource {
  readonly info: SourceInfo;
  head(request: HeadRequest): Promise<HeadResult>;
  /** Every head as a small map, layers by heads. */
  allHeads(tiling: Tiling, style: MapStyle): Promise<Pixels>;
  /** The colours of weights from 0 to the largest, one pixel high. */
  colourBar(width: number, style: MapStyle): Promise<Pixels>;
  /** What the heads are called, measured on a probe, where that can be had. */
  nameHeads?(): Promise<readonly HeadName[]>;
  dispose(): void;
}
