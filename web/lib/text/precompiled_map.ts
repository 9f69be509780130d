import { AttentionError } from '../errors.js';

/** How many bytes a cluster of characters may have to be looked up as a whole. */
const MOST_BYTES = 5;

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const SEGMENTER = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** No character below joins another into one cluster, but a line feed a carriage return. */
const FIRST_MARK = 0x300;

function broken(what: string): AttentionError {
  return new AttentionError('file-format', `The tokenizer's precompiled_charsmap ${what}.`);
}

/** A piece of a text, [start, end) in UTF-16 units, and what stands in its place. */
export type Replacement = [start: number, end: number, by: string];

/**
 * SentencePiece's precompiled map of characters (Kudo & Richardson 2018): what its normaliser puts in the place of
 * which characters. In bytes: the size of a double array (Aoe 1989; 32 bits a unit, little-endian), the array, whose
 * values are places in what follows: replacements, each with a zero behind it.
 */
export class PrecompiledMap {
  readonly #units: Uint32Array;
  readonly #replacements: Uint8Array;
  readonly #known = new Map<string, string | undefined>();

  /** @throws AttentionError `file-format` where the bytes aren't such a map */
  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = bytes.length < 4 ? NaN : view.getUint32(0, true);
    if (!(size >= 4 && size % 4 === 0 && size <= bytes.length - 4)) {
      throw broken(`must begin with the size of its array, got ${size} in ${bytes.length} bytes`);
    }
    this.#units = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
    this.#replacements = bytes.subarray(4 + size);
  }

  static fromBase64(text: unknown): PrecompiledMap {
    if (typeof text !== 'string') throw broken('must be a string');
    let binary: string;
    try {
      binary = atob(text);
    } catch {
      throw broken('must be base64');
    }
    return new PrecompiledMap(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
  }

  /**
   * What the Rust library replaces in a text, in order: clusters of characters of less than 6 bytes, and else single
   * characters. Of a cluster it looks up only the shortest beginning that the map has, and replaces all of it.
   */
  *replacements(text: string): Generator<Replacement> {
    for (let start = 0, end; start < text.length; start = end) {
      if (standsAlone(text, start)) {
        end = start + 1;
        const by = this.#lookUp(text.charAt(start));
        if (by !== undefined) yield [start, end, by];
        continue;
      }
      end = endOfRun(text, start);
      for (const { segment, index } of SEGMENTER.segment(text.slice(start, end))) {
        yield* this.#ofCluster(segment, start + index);
      }
    }
  }

  /**
   * The longest beginning of the bytes from `at` on that the map has, as SentencePiece and llama.cpp look it up: how
   * many bytes it has, and what stands in its place.
   */
  longestFrom(bytes: Uint8Array, at: number): { length: number; by: string } | undefined {
    const last = this.#matches(bytes, at).at(-1);
    return last === undefined ? undefined : { length: last.length, by: this.#replacement(last.value) };
  }

  *#ofCluster(cluster: string, start: number): Generator<Replacement> {
    const isShort = cluster.length <= MOST_BYTES && ENCODER.encode(cluster).length <= MOST_BYTES;
    const whole = isShort ? this.#lookUp(cluster) : undefined;
    if (whole !== undefined) {
      yield [start, start + cluster.length, whole];
      return;
    }
    let at = start;
    for (const character of cluster) {
      const by = this.#lookUp(character);
      if (by !== undefined) yield [at, at + character.length, by];
      at += character.length;
    }
  }

  /** What the shortest beginning of `key` that the map has becomes. */
  #lookUp(key: string): string | undefined {
    const known = this.#known.get(key);
    if (known !== undefined || this.#known.has(key)) return known;
    const [first] = this.#matches(ENCODER.encode(key), 0);
    const by = first === undefined ? undefined : this.#replacement(first.value);
    this.#known.set(key, by);
    return by;
  }

  /** All keys that the bytes from `at` on begin with, the shortest first. */
  #matches(bytes: Uint8Array, at: number): { length: number; value: number }[] {
    const matches: { length: number; value: number }[] = [];
    let node = offsetOf(this.#unit(0));
    for (let i = at; i < bytes.length && bytes[i] !== 0; ++i) {
      const byte = bytes[i] as number;
      node ^= byte;
      const unit = this.#unit(node);
      // The label with the bit that only values have.
      if ((unit & 0x800000ff) >>> 0 !== byte) break;
      node ^= offsetOf(unit);
      const hasValue = (unit & 0x100) !== 0;
      if (hasValue) matches.push({ length: i - at + 1, value: this.#unit(node) & 0x7fffffff });
    }
    return matches;
  }

  #unit(node: number): number {
    const unit = this.#units[node];
    if (unit === undefined) throw broken('points outside of its array');
    return unit;
  }

  #replacement(at: number): string {
    const end = this.#replacements.indexOf(0, at);
    if (at > this.#replacements.length) throw broken('points behind its end');
    try {
      return DECODER.decode(this.#replacements.subarray(at, end === -1 ? undefined : end));
    } catch {
      throw broken(`must be UTF-8 at ${at}`);
    }
  }
}

/** How far a unit's children are from it. */
function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

/** Whether nothing from a place on joins what is before. */
function isPlain(text: string, at: number): boolean {
  return at >= text.length || text.charCodeAt(at) < FIRST_MARK;
}

/** Whether the unit at a place is a cluster of its own. */
function standsAlone(text: string, at: number): boolean {
  return isPlain(text, at) && isPlain(text, at + 1) && !text.startsWith('\r\n', at);
}

/** The first place behind `start` that is surely between two clusters (Unicode's extended grapheme clusters). */
function endOfRun(text: string, start: number): number {
  let end = start + 1;
  const isBetween = () => isPlain(text, end - 1) && isPlain(text, end) && !text.startsWith('\r\n', end - 1);
  while (end < text.length && !isBetween()) ++end;
  return end;
}
