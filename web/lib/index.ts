import { compileStreaming } from './compile_streaming.js';
import { makeLoad } from './load.js';

export * from './public.js';

/** Loads the attention core, in a browser or a worker. */
export const load = makeLoad(compileStreaming, (...request) => fetch(...request));
