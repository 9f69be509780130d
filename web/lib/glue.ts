import createCore from '#glue/core';

import { AttentionError } from './errors.js';

/** The program `core`. Its heap views are replaced when memory grows: never keep one over a call. */
export interface CoreProgram {
  readonly HEAPF32: Float32Array;
  readonly HEAPF64: Float64Array;
  readonly HEAPU8: Uint8Array;
  readonly HEAP32: Int32Array;
  UTF8ToString(address: number): string;
  allocate(bytes: number): number;
  release(address: number): void;
  deleteCall(call: number): void;
  runCall(call: number, checkFinite: boolean): number;
  partAddress(call: number, part: number): number;
  lastMessage(): number;

  /** Where the request is to be written that the functions below read. */
  attendRequest(): number;
  newAttendCall(): number;
  prepareAttend(call: number): number;

  newLayerCall(): number;
  createLayer(call: number, modelDim: number): number;
  setLayerWeights(call: number, which: number, matrix: number, rowStride: number): void;
  addLayerBias(call: number, which: number): number;
  prepareForward(call: number, hasHeadScale: boolean, hasContribution: boolean): number;

  /** Where the request is to be written that preparePaint reads. */
  paintRequest(): number;
  newPaintCall(): number;
  preparePaint(call: number): number;
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
