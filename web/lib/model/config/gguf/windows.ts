import { refused, type ArchitectureMetadata } from './metadata.js';

/**
 * Which layers have the sliding window: a list by layer, or a number n by which all but every n-th have it; of the
 * architecture where the file says neither.
 */
export function readWindowedLayers(
  data: ArchitectureMetadata,
  numLayers: number,
  isWindowed: boolean,
): boolean[] {
  const key = 'attention.sliding_window_pattern';
  const given = data.value(key) ?? 0;
  const pattern = isWindowed ? given : 0;
  if (Array.isArray(pattern)) {
    const isWhole = pattern.length >= numLayers && pattern.every((element) => typeof element !== 'string');
    if (!isWhole) throw refused(data.nameOf(key), `${numLayers} times true or false`, pattern);
    return pattern.slice(0, numLayers).map(Boolean);
  }
  if (typeof pattern !== 'number')
    throw refused(data.nameOf(key), 'a number, or true or false by layer', pattern);
  const everyLayer = Array.from({ length: numLayers }, (_, layer) => layer);
  return everyLayer.map((layer) => isWindowed && (pattern === 0 || layer % pattern < pattern - 1));
}
