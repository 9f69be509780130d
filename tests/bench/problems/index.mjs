export { attend } from './attend.mjs';
