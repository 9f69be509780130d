export { attend } from './attend.mjs';
export { layer } from './layer.mjs';
