declare module '#glue/core' {
  /** The factory that Emscripten writes. */
  export default function createCore(options: object): Promise<unknown>;
}
