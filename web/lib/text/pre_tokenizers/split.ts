import type { Finder, Match } from '../patterns/pattern.js';
import type { PlacedText } from '../placed_text.js';

/** What becomes of the matches that a text is split at. */
export const BEHAVIOURS = [
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
] as const;

export type Behaviour = (typeof BEHAVIOURS)[number];

/** A piece of a text, and whether it is a match. */
interface Stretch {
  start: number;
  end: number;
  isMatch: boolean;
}

/** Matches, and what stands between them. */
function stretchesOf(text: string, matches: Iterable<Match>): Stretch[] {
  const stretches: Stretch[] = [];
  let last = 0;
  for (const [start, end] of matches) {
    if (start > last) stretches.push({ start: last, end: start, isMatch: false });
    stretches.push({ start, end, isMatch: true });
    last = end;
  }
  if (last < text.length) stretches.push({ start: last, end: text.length, isMatch: false });
  return stretches;
}

/** Puts stretches together: a match with its neighbour, or with its like. */
function merge(stretches: readonly Stretch[], joins: (own: Stretch, before: Stretch) => boolean): Stretch[] {
  const merged: Stretch[] = [];
  let before: Stretch | undefined;
  for (const own of stretches) {
    const last = merged.at(-1);
    if (last !== undefined && before !== undefined && joins(own, before)) {
      last.start = Math.min(last.start, own.start);
      last.end = Math.max(last.end, own.end);
    } else {
      merged.push({ ...own });
    }
    before = own;
  }
  return merged;
}

const isLone = (own: Stretch, before: Stretch) => own.isMatch && !before.isMatch;

const COMBINE: Readonly<Record<Behaviour, (stretches: Stretch[]) => Stretch[]>> = {
  Removed: (stretches) => stretches.filter(({ isMatch }) => !isMatch),
  Isolated: (stretches) => stretches,
  MergedWithPrevious: (stretches) => merge(stretches, isLone),
  MergedWithNext: (stretches) => merge(stretches.reverse(), isLone).reverse(),
  Contiguous: (stretches) => merge(stretches, (own, before) => own.isMatch === before.isMatch),
};

/** Cuts a text into pieces, none of them empty. */
export type PreTokenizer = (text: PlacedText) => readonly PlacedText[];

/** Cuts at all matches; `isInverted` takes what stands between for the matches. */
export function splitAt(find: Finder, behaviour: Behaviour, isInverted = false): PreTokenizer {
  const combine = COMBINE[behaviour];
  return (text) => {
    const stretches = stretchesOf(text.text, find(text.text));
    if (isInverted) for (const stretch of stretches) stretch.isMatch = !stretch.isMatch;
    const pieces: PlacedText[] = [];
    for (const { start, end } of combine(stretches)) if (end > start) pieces.push(text.slice(start, end));
    return pieces;
  };
}
