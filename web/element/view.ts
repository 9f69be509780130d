import type { HeadName } from '../lib/index.js';
import type { HeadResult, MapPart, MapStyle, SourceInfo, WhatIf } from './head_source.js';

/** A cell of a map: a row and a column. */
export interface Cell {
  query: number;
  key: number;
}

/** What a view shows: one head of a text, with what is changed in it. */
export interface Shown {
  info: SourceInfo;
  result: HeadResult;
  cell: Cell;
  whatIf: WhatIf;
  style: MapStyle;
  /** 256 colours, RGBA, of weights from 0 to 1. */
  colours: Uint8ClampedArray;
  name: HeadName | undefined;
}

/** One way to look at a head. */
export interface View {
  readonly root: HTMLElement;
  /** The rules that it needs beside the element's own. */
  readonly css?: string;
  /** The part of a map of so many cells that is to be painted; null before this view has a size. Maps alone have it. */
  part?(numRows: number, numColumns: number): MapPart | null;
  show(shown: Shown): void;
  /** Another cell of the same head is chosen. */
  choose(cell: Cell): void;
}

/** What a view asks for. */
export interface ViewHost {
  choose(cell: Cell): void;
  /** The view needs another picture: it has another size, or shows another part. */
  redraw(): void;
}

export type MakeView = (host: ViewHost) => View;

/** The row of a map. */
export function rowOf(map: Float32Array, query: number, numKeys: number): Float32Array {
  return map.subarray(query * numKeys, (query + 1) * numKeys);
}

/** The colour of a weight, and whether ink on it has to be light. */
export function colourOf(weight: number, colours: Uint8ClampedArray): { colour: string; isDark: boolean } {
  const at = 4 * Math.round(255 * Math.min(1, Math.max(0, weight || 0)));
  const [red, green, blue] = colours.subarray(at, at + 3) as unknown as [number, number, number];
  return { colour: `rgb(${red} ${green} ${blue})`, isDark: 0.299 * red + 0.587 * green + 0.114 * blue < 140 };
}
