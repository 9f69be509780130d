import type { Pixels } from './head_source.js';

/** Puts a picture on a canvas, which takes its size. */
export function show(canvas: HTMLCanvasElement, { pixels, width, height }: Pixels): void {
  if (width === 0 || height === 0) return;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
}

/** An element's width in device pixels. */
export function pixelWidth(element: Element): number {
  return Math.round(element.getBoundingClientRect().width * devicePixelRatio);
}

export function find<Kind extends Element>(selector: string, within: ParentNode = document): Kind {
  const found = within.querySelector<Kind>(selector);
  if (found === null) throw new Error(`The page has no ${selector}.`);
  return found;
}
