/** One head. Both count from 0. */
export interface HeadPlace {
  layer: number;
  head: number;
}
