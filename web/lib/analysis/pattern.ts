/** What a head may do, by the cells that it then looks at (src/analysis/pattern.h, in its order). */
export const PATTERNS = ['previous', 'next', 'itself', 'first', 'same', 'induction', 'separator'] as const;
export type Pattern = (typeof PATTERNS)[number];
