import { requireBoolean, requireInteger, requireKnownOptions, requireNumber, wrong } from './arguments.js';
import type { CoreProgram } from './glue.js';
import { ProgramCall } from './program_call.js';
import { writePaintRequest } from './request.js';
import { shapeOf, TensorHandle, type TensorInput } from './tensor.js';

/** In the order of Scale in src/raster/palette.h. */
const COLOURS = ['linear', 'log', 'diverging'] as const;

/** How weights become colours. */
export interface PaintStyle {
  /** The size of the picture in pixels. */
  width: number;
  height: number;
  /**
   * Linear, or logarithmic over the four decades below the top, or for differences two scales that meet at 0, where a
   * pixel shows the cell that is farthest from it. Linear unless given.
   */
  colours?: (typeof COLOURS)[number];
  /** The weight of the strongest colour, for differences either way; the map's largest unless given. */
  max?: number;
  /** Leaves the first key out of the map's largest, which it often holds. */
  ignoreFirstKey?: boolean;
  /** The page that the picture stands on: weight 0 is its background, #fff or #141418. Light unless given. */
  theme?: 'light' | 'dark';
}

/** What {@link Core.paint} takes. */
export interface PaintOptions extends PaintStyle {
  /** [qLen, kvLen] */
  weights: TensorInput;
  /** [qLen, kvLen], the tap of this name: cells that are −Infinity are drawn as forbidden. */
  masked?: TensorInput;
}

/** A painted map. */
export interface Picture {
  /** RGBA, row by row: what ImageData takes. */
  pixels: Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
  /** The weight of the strongest colour. */
  max: number;
}

/**
 * Takes a picture band by band, top to bottom: RGBA rows as wide as the picture, the first of them its row y. They lie
 * in the core's memory and are there only until it returns; it must not call the core.
 */
export type PutPixels = (pixels: Uint8ClampedArray<ArrayBuffer>, y: number) => void;

export const STYLE_OPTIONS = ['width', 'height', 'colours', 'max', 'ignoreFirstKey', 'theme'] as const;
const PAINT_OPTIONS = ['weights', 'masked', ...STYLE_OPTIONS] as const;
/** The options of {@link AttentionSource.paint}. */
export const HEAD_PAINT_OPTIONS = ['layer', 'head', ...STYLE_OPTIONS] as const;

/** PaintCall::Part of src/raster/paint_call.h. */
const PaintPart = { weights: 0, masked: 1, pixels: 2, top: 3 } as const;

/** The bytes of a band of pixels: so few that they are still in a cache when they are taken. */
const BAND_BYTES = 1 << 19;

/** A map that is in the program's memory already, or has to be copied there. */
type MapInput = number | TensorInput;

function oneOf<Value extends string>(name: string, value: unknown, values: readonly Value[]): Value {
  if (values.includes(value as Value)) return value as Value;
  throw wrong(name, values.map((known) => `"${known}"`).join(' or '), value);
}

/** The part of a request that says how weights become colours. */
export function styleRequest(style: PaintStyle) {
  if (style.max !== undefined && !(Math.fround(requireNumber('max', style.max)) > 0)) {
    throw wrong('max', 'a positive number of single precision', style.max);
  }
  return {
    width: requireInteger('width', style.width, 0, 16384),
    height: requireInteger('height', style.height, 0, 16384),
    scale: COLOURS.indexOf(oneOf('colours', style.colours ?? 'linear', COLOURS)),
    top: style.max ?? 0,
    ignoreFirstKey: requireBoolean('ignoreFirstKey', style.ignoreFirstKey ?? false),
    dark: oneOf('theme', style.theme ?? 'light', ['light', 'dark']) === 'dark',
  };
}

/** Paints maps in the memory of one program. */
export class Painter {
  readonly #call: ProgramCall;

  constructor(program: CoreProgram) {
    this.#call = new ProgramCall(program, program.newPaintCall());
  }

  paint(options: PaintOptions, put?: PutPixels): Picture {
    requireKnownOptions('paint', options, PAINT_OPTIONS);
    if (put !== undefined && typeof put !== 'function') throw wrong('put', 'a function', put);
    const { weights, masked, ...style } = options;
    const shape = shapeOf('weights', weights, 2);
    if (masked !== undefined) {
      const own = shapeOf('masked', masked, 2);
      if (own[0] !== shape[0] || own[1] !== shape[1])
        throw wrong('masked.shape', `[${shape.join(', ')}]`, [...own]);
    }
    return this.paintMap(weights, masked, shape, style, put);
  }

  /** Paints a map of the given shape; numbers are the addresses of maps in the program's memory. */
  paintMap(
    weights: MapInput,
    masked: MapInput | undefined,
    [qLen, kvLen]: readonly number[],
    style: PaintStyle,
    put?: PutPixels,
  ): Picture {
    const call = this.#call;
    const address = (name: string, input: MapInput | undefined) => {
      if (typeof input === 'number') return input;
      return input instanceof TensorHandle ? input.addressIn(call.program, name) : 0;
    };
    const request = {
      qLen: qLen as number,
      kvLen: kvLen as number,
      ...styleRequest(style),
      hasMasked: masked !== undefined,
      weightsAddress: address('weights', weights),
      maskedAddress: address('masked', masked),
    };
    const { width, height } = request;
    const rows = Math.max(1, put === undefined ? height : Math.floor(BAND_BYTES / (4 * width || 1)));
    let pixels = new Uint8ClampedArray(0);
    let max = 0;
    for (let y = 0; y === 0 || y < height; y += rows) {
      const band = { ...request, firstRow: y, lastRow: Math.min(y + rows, height), top: max || request.top };
      writePaintRequest(call.program, band);
      call.succeed(call.program.preparePaint(call.pointer));
      if (y === 0) {
        writeMap(call, PaintPart.weights, weights);
        writeMap(call, PaintPart.masked, masked);
      }
      call.run(false);
      max = call.read(PaintPart.top, [1]).data[0] as number;
      const first = call.address(PaintPart.pixels);
      const memory = call.program.HEAPU8.buffer as ArrayBuffer;
      const own = new Uint8ClampedArray(memory, first, 4 * width * (band.lastRow - y));
      if (put === undefined) pixels = own.slice();
      else put(own, y);
    }
    return { pixels, width, height, max };
  }
}

function writeMap(call: ProgramCall, part: number, input: MapInput | undefined): void {
  if (typeof input === 'object' && !(input instanceof TensorHandle)) call.write(part, input.data);
}
