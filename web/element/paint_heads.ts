import type { AttentionSource, HeadPlace } from '../lib/index.js';
import type { MapStyle, Pixels, Tiling } from './head_source.js';

/** Every head of a source, by layer. */
export function headsByLayer({ numLayers, numHeads }: { numLayers: number; numHeads: number }): HeadPlace[] {
  return Array.from({ length: numLayers * numHeads }, (_, i) => ({
    layer: Math.floor(i / numHeads),
    head: i % numHeads,
  }));
}

/**
 * All heads in one picture, in the order given, as many a row as a layer has, with nothing between them; painted layer
 * by layer, since of a long text one layer's queries are there at a time. Yields after each, so that who has other
 * things to do can do them.
 */
export function* paintHeads(
  source: AttentionSource,
  ordered: readonly HeadPlace[],
  { size, pitch }: Tiling,
  style: MapStyle,
): Generator<void, Pixels> {
  const { numHeads } = source;
  const start = (index: number) => Math.round(index * pitch);
  const width = start(numHeads - 1) + size;
  const height = start(Math.ceil(ordered.length / numHeads) - 1) + size;
  const pixels = new Uint8ClampedArray(4 * width * height);
  const byLayer = [...ordered.entries()].sort(([, a], [, b]) => a.layer - b.layer);
  for (const [i, { layer, head }] of byLayer) {
    const tile = source.paint({ layer, head, width: size, height: size, ...style }).pixels;
    const [top, left] = [start(Math.floor(i / numHeads)), start(i % numHeads)];
    for (let row = 0; row < size; ++row) {
      const at = (top + row) * width + left;
      pixels.set(tile.subarray(4 * row * size, 4 * (row + 1) * size), 4 * at);
    }
    yield;
  }
  return { pixels, width, height };
}
