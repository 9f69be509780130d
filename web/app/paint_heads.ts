import type { AttentionSource, HeadPlace } from '../lib/index.js';
import type { Pixels, Style, Tiling } from './protocol.js';

/** All heads in one picture, in the order given, as many a row as a layer has, with nothing between them. */
export function paintHeads(
  source: AttentionSource,
  ordered: readonly HeadPlace[],
  { size, pitch }: Tiling,
  style: Style,
): Pixels {
  const { numLayers, numHeads } = source;
  const start = (index: number) => Math.round(index * pitch);
  const width = start(numHeads - 1) + size;
  const height = start(numLayers - 1) + size;
  const pixels = new Uint8ClampedArray(4 * width * height);
  ordered.forEach(({ layer, head }, i) => {
    const tile = source.paint({ layer, head, width: size, height: size, ...style }).pixels;
    const [top, left] = [start(Math.floor(i / numHeads)), start(i % numHeads)];
    for (let row = 0; row < size; ++row) {
      const at = (top + row) * width + left;
      pixels.set(tile.subarray(4 * row * size, 4 * (row + 1) * size), 4 * at);
    }
  });
  return { pixels, width, height };
}
