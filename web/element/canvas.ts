import type { Pixels } from './head_source.js';

/** Puts a picture on a canvas, which takes its size. */
export function show(canvas: HTMLCanvasElement, { pixels, width, height }: Pixels): void {
  if (width === 0 || height === 0) return;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
}
