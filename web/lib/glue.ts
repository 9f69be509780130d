import createCore from '#glue/core';

import { AttentionError } from './errors.js';

/** The sizes, options and addresses of one call, as src/attention/attend_call.h reads them. */
export interface AttendRequest {
  numHeads: number;
  numKvHeads: number;
  qLen: number;
  kvLen: number;
  headDim: number;
  vHeadDim: number;
  scale: number;
  softcap: number;
  isCausal: boolean;
  pastLen: number;
  windowLeft: number;
  windowRight: number;
  kvLength: number;
  hasBooleanMask: boolean;
  hasFloatMask: boolean;
  maskHeads: number;
  maskQueries: number;
  maskKeys: number;
  hasAlibiSlopes: boolean;
  hasSinks: boolean;
  hasRope: boolean;
  ropeInterleaved: boolean;
  ropeTheta: number;
  ropeDims: number;
  ropeScaling: number;
  ropeFactor: number;
  ropeLowFreqFactor: number;
  ropeHighFreqFactor: number;
  ropeOriginalMax: number;
  taps: number;
  tappedHeads: number;
  queryAddress: number;
  keyAddress: number;
  valueAddress: number;
  tokenMajor: boolean;
}

/** One picture, as src/raster/paint_call.h reads it. */
export interface PaintRequest {
  qLen: number;
  kvLen: number;
  width: number;
  height: number;
  logarithmic: boolean;
  top: number;
  ignoreFirstKey: boolean;
  dark: boolean;
  hasMasked: boolean;
  weightsAddress: number;
  maskedAddress: number;
}

/** The program `core`. Its heap views are replaced when memory grows: never keep one over a call. */
export interface CoreProgram {
  readonly HEAPF32: Float32Array;
  readonly HEAPU8: Uint8Array;
  readonly HEAP32: Int32Array;
  UTF8ToString(address: number): string;
  allocate(bytes: number): number;
  release(address: number): void;
  deleteCall(call: number): void;
  runCall(call: number, checkFinite: boolean): number;
  partAddress(call: number, part: number): number;
  lastMessage(): number;

  newAttendCall(): number;
  prepareAttend(call: number, request: AttendRequest): number;

  newLayerCall(): number;
  createLayer(call: number, request: AttendRequest, modelDim: number): number;
  setLayerWeights(call: number, which: number, matrix: number, rowStride: number): void;
  addLayerBias(call: number, which: number): number;
  prepareForward(
    call: number,
    request: AttendRequest,
    hasHeadScale: boolean,
    hasContribution: boolean,
  ): number;

  newPaintCall(): number;
  preparePaint(call: number, request: PaintRequest): number;
}

/** Runs a program that Emscripten's `create` makes, from a module that is compiled already. */
export function instantiate(
  create: (options: object) => Promise<unknown>,
  module: WebAssembly.Module,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = {
      instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) {
        WebAssembly.instantiate(module, imports).then(receive, (error: unknown) =>
          reject(new AttentionError('wasm-unavailable', `WebAssembly can't run here: ${String(error)}.`)),
        );
        return {};
      },
    };
    create(options).then(resolve, reject);
  });
}

export async function instantiateCore(module: WebAssembly.Module): Promise<CoreProgram> {
  return (await instantiate(createCore, module)) as CoreProgram;
}
