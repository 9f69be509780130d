// <attention-head> in JSX: import types from 'attention-head/jsx'.
import type { AttentionHeadElement } from './element.js';

type Properties = Partial<
  Pick<
    AttentionHeadElement,
    'src' | 'text' | 'model' | 'layer' | 'head' | 'query' | 'view' | 'tensors' | 'source' | 'whatIf' | 'cell'
  >
>;

/** What the tag takes in JSX, beside what every element of HTML takes. */
export interface AttentionHeadAttributes extends Properties {
  id?: string;
  class?: string;
  className?: string;
  hidden?: boolean;
  children?: unknown;
  ref?: unknown;
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'attention-head': AttentionHeadAttributes;
    }
  }
}
