import type { AttentionSource } from '../lib/index.js';
import type { Pixels, Style, Tiling } from './protocol.js';

/** Every head of every layer in one picture, layers by heads, with nothing between them. */
export function paintHeads(source: AttentionSource, { size, pitch }: Tiling, style: Style): Pixels {
  const { numLayers, numHeads } = source;
  const start = (index: number) => Math.round(index * pitch);
  const width = start(numHeads - 1) + size;
  const height = start(numLayers - 1) + size;
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let layer = 0; layer < numLayers; ++layer) {
    for (let head = 0; head < numHeads; ++head) {
      const tile = source.paint({ layer, head, width: size, height: size, ...style }).pixels;
      for (let row = 0; row < size; ++row) {
        const at = (start(layer) + row) * width + start(head);
        pixels.set(tile.subarray(4 * row * size, 4 * (row + 1) * size), 4 * at);
      }
    }
  }
  return { pixels, width, height };
}
