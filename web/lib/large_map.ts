import { requireInteger, requireKnownOptions, requireLength, wrong } from './arguments.js';
import type { ProgramPlace } from './compile_program.js';
import { AttentionError } from './errors.js';
import type { CoreProgram } from './glue.js';
import { Handle } from './handle.js';
import {
  LARGEST,
  MECHANISM_OPTIONS,
  requestOf,
  type CallOptions,
  type MechanismOptions,
} from './mechanism.js';
import type { FullHost } from './model/full_host.js';
import { STYLE_OPTIONS, styleRequest, type PaintStyle, type Picture } from './paint.js';
import { ProgramCall } from './program_call.js';
import { writeAttendRequest } from './request.js';
import { shapeOf, TensorHandle, type TensorInput } from './tensor.js';
import { nextTurn } from './turns.js';

/** What {@link Core.openMap} takes. Queries and keys are as they are multiplied: after RoPE. */
export interface LargeMapOptions
  extends Omit<MechanismOptions, 'rope'>, Pick<CallOptions, 'kvLength'>, ProgramPlace {
  /** [qLen, headDim] */
  query: TensorInput;
  /** [kvLen, headDim] */
  key: TensorInput;
  /** The number of keys before the first query; may be negative. 0 unless given. */
  pastLen?: number;
}

/** How far a picture is, in rows of pixels, or of cells where these are larger. */
export interface PaintProgress {
  done: number;
  total: number;
}

/** What {@link LargeMap.paint} takes. */
export interface ViewOptions extends PaintStyle {
  /** The queries in view, [first, last), the picture's rows. All unless given. */
  queries?: readonly [number, number];
  /** The keys in view, [first, last), its columns. All unless given. */
  keys?: readonly [number, number];
  /** Stops the painting; the promise is then rejected with code `aborted`. */
  signal?: AbortSignal;
  onProgress?: (progress: PaintProgress) => void;
}

const MAP_OPTIONS = [
  'query',
  'key',
  'pastLen',
  'kvLength',
  'wasmUrl',
  'wasmBinary',
  ...MECHANISM_OPTIONS.filter((name) => name !== 'rope'),
];
const VIEW_OPTIONS = ['queries', 'keys', 'signal', 'onProgress', ...STYLE_OPTIONS];

/** LargeMapCall::Part of src/raster/large_map_call.h. */
const MapPart = { query: 0, key: 1, pixels: 2, progress: 3 } as const;

/** Painting lets others have their turn after so many milliseconds. */
const TURN_MS = 8;

/** The cells in view along one axis, and the pixels that they are pooled to. */
function axisOf(name: string, range: unknown, cells: number, pixels: number) {
  if (range !== undefined && !(Array.isArray(range) && range.length === 2)) {
    throw wrong(name, '[first, last]', range);
  }
  const [from, to] = (range as [unknown, unknown] | undefined) ?? [0, cells];
  const first = requireInteger(`${name}[0]`, from, 0, cells - 1);
  const last = requireInteger(`${name}[1]`, to, first + 1, cells);
  return { first, cells: last - first, pixels: Math.min(pixels, last - first) };
}

/** What is read once the program is there: a handle's memory may move until then, an array stays the one given. */
function dataOf(input: TensorInput): TensorHandle | Float32Array {
  return input instanceof TensorHandle ? input : input.data;
}

/** Opens a map in the program that `startFull` gives; handles given as tensors are of `program`. */
export async function openMap(
  program: CoreProgram,
  options: LargeMapOptions,
  startFull: (place: ProgramPlace) => Promise<FullHost>,
): Promise<LargeMap> {
  requireKnownOptions('openMap', options, MAP_OPTIONS);
  const { query, key } = options;
  const [qLen, headDim] = shapeOf('query', query, 2) as [number, number];
  const [kvLen, keyDim] = shapeOf('key', key, 2) as [number, number];
  requireInteger("query's first dimension", qLen, 1, LARGEST);
  requireInteger("key's first dimension", kvLen, 1, LARGEST);
  if (keyDim !== headDim) throw wrong("key's last dimension", `query's last dimension (${headDim})`, keyDim);
  const sizes = { numHeads: 1, numKvHeads: 1, qLen, kvLen, headDim, vHeadDim: 1 };
  const pastLen = requireInteger('pastLen', options.pastLen ?? 0, -LARGEST, LARGEST);
  const request = requestOf(sizes, options, pastLen, [], 0);
  const inputs = { query: dataOf(query), key: dataOf(key) };
  const host = await startFull(options);
  const call = new ProgramCall(host.program, host.program.newLargeMapCall());
  const map = new LargeMap(host, call, qLen, kvLen);
  try {
    const [slope = 0] = options.alibiSlopes ?? [];
    const [sink = 0] = options.sinks ?? [];
    writeAttendRequest(host.program, request);
    call.succeed(host.program.openLargeMap(call.pointer, slope, sink));
    for (const name of ['query', 'key'] as const) {
      const input = inputs[name];
      const data = input instanceof TensorHandle ? input.view(program, name) : input;
      // The caller may have transferred it meanwhile.
      requireLength(name, data.length, name === 'query' ? [qLen, headDim] : [kvLen, headDim]);
      call.write(MapPart[name], data);
    }
  } catch (error) {
    map.dispose();
    throw error;
  }
  return map;
}

/**
 * The map of one head, painted from its queries and keys and never held: memory is linear in tokens and pixels. Each
 * weight is a softmax over all keys that the query sees, also where few are in view. What rows need for that is kept,
 * and so are the pixels of the last view that the next shows too, at the same zoom and moved by whole pixels: panning,
 * zooming and other colours compute what is new in view. Made by {@link Core.openMap}.
 */
export class LargeMap extends Handle {
  readonly #host: FullHost;
  readonly #call: ProgramCall;
  #paintings = 0;

  /** @internal */
  constructor(
    host: FullHost,
    call: ProgramCall,
    readonly qLen: number,
    readonly kvLen: number,
  ) {
    super(() => host.program.deleteCall(call.pointer));
    this.#host = host;
    this.#call = call;
  }

  /** The size of the memory that maps and models share now, in bytes. */
  get memoryBytes(): number {
    return this.#host.program.HEAPU8.byteLength;
  }

  /**
   * What is in view as pixels, as `core.paint` would paint these weights: a pixel that shows several cells shows the
   * largest. The first key that `ignoreFirstKey` leaves out is the map's. The work is done in turns of some
   * milliseconds. A map paints one picture at a time: the next stops one that is under way.
   *
   * @throws AttentionError naming the argument; `aborted`, `disposed`, `out-of-memory`
   */
  async paint(options: ViewOptions): Promise<Picture> {
    requireKnownOptions('paint', options, VIEW_OPTIONS);
    const { queries, keys, signal, onProgress, ...style } = options;
    const { ignoreFirstKey } = styleRequest(style);
    const rows = axisOf('queries', queries, this.qLen, requireInteger('height', style.height, 1, 16384));
    const columns = axisOf('keys', keys, this.kvLen, requireInteger('width', style.width, 1, 16384));
    const total = rows.pixels;
    const requireGoing = (painting = this.#paintings) => {
      this.requireAlive('This map');
      if (signal?.aborted !== true && painting === this.#paintings) return;
      throw new AttentionError('aborted', 'Painting was stopped.');
    };

    requireGoing();
    const painting = ++this.#paintings;
    this.#lookAt(rows, columns);
    for (;;) {
      const [done, topOfAll, topOfOthers] = this.#work(total);
      onProgress?.({ done, total });
      requireGoing(painting);
      if (done === total) {
        const top = ignoreFirstKey ? topOfOthers : topOfAll;
        const map = this.#call.address(MapPart.pixels);
        const shape = [total, columns.pixels];
        return this.#host.painter.paintMap(map, map, shape, {
          ...style,
          max: style.max ?? (top || undefined),
        });
      }
      await nextTurn();
      requireGoing(painting);
    }
  }

  #lookAt(rows: ReturnType<typeof axisOf>, columns: ReturnType<typeof axisOf>): void {
    const { program } = this.#host;
    const code = program.lookAt(
      this.#call.pointer,
      rows.first,
      rows.cells,
      rows.pixels,
      columns.first,
      columns.cells,
      columns.pixels,
    );
    this.#call.succeed(code);
  }

  /** Works for one turn: how many rows are done, and the tops of the range, of all keys and of all but the first. */
  #work(total: number): [number, number, number] {
    const end = performance.now() + TURN_MS;
    for (;;) {
      this.#call.run(false);
      const progress = [...this.#call.read(MapPart.progress, [3]).data] as [number, number, number];
      if (progress[0] === total || performance.now() >= end) return progress;
    }
  }
}
