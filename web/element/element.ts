// Defines <attention-head>. Where a page has it of another version, the first stays.
import { AttentionHeadElement } from './attention_head.js';

export { AttentionHeadElement };
export type { AttentionChoice } from './attention_head.js';
export type { HeadRequest, HeadResult, HeadSource, SourceInfo, WhatIf } from './head_source.js';
export type { FigureType } from './figure.js';
export type { ViewName } from './frame.js';

if (globalThis.customElements?.get('attention-head') === undefined) {
  globalThis.customElements?.define('attention-head', AttentionHeadElement);
}
