export { attend } from './attend.mjs';
export { draw } from './draw.mjs';
export { largeMap } from './large_map.mjs';
export { layer } from './layer.mjs';
export { minilm, typing } from './minilm.mjs';
export { builtIn, generate, open, openFolder, prefill } from './language.mjs';
export { tokens } from './tokens.mjs';
