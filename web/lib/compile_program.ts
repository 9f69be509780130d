/** Where a caller says that a program is, in place of its own URL. */
export interface ProgramPlace {
  wasmUrl?: string | URL;
  wasmBinary?: ArrayBuffer | Uint8Array;
}

/** Compiles the program at its own URL, or at the place that the caller says. */
export type CompileProgram = (own: URL, place: ProgramPlace) => Promise<WebAssembly.Module>;
