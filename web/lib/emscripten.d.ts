declare module '#glue/core' {
  /** The factory that Emscripten writes. */
  export default function createCore(options: object): Promise<unknown>;
}

declare module '#glue/full' {
  /** The factory that Emscripten writes. */
  export default function createFull(options: object): Promise<unknown>;
}
