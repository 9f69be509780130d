import type { HeadPlace } from '../head_place.js';
import type { Pattern } from './pattern.js';

/** A head's plain name, and what it rests on. */
export interface HeadName extends HeadPlace {
  /** Such as "previous word", or "no clear pattern". */
  name: string;
  /** The pattern that it is named after; null where none is clear. */
  pattern: Pattern | null;
  /** The mean weight on the pattern's cells, over the queries that have one; of the best pattern where none is clear. */
  share: number;
}
