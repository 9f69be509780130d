import { DIGITS_IN_THREES, NUMBERS_IN_THREES } from './pre_tokenizers.js';

/** Where a word ends, in ascending order; each begins where the one before ends. */
type Cut = (text: string) => Iterable<number>;

/** Ends of the matches of a pattern, and of what stands between them. */
function cutAround(source: string): Cut {
  const pattern = new RegExp(source, 'gu');
  return function* (text) {
    let last = 0;
    for (const { 0: match, index } of text.matchAll(pattern)) {
      if (index > last) yield index;
      last = index + match.length;
      yield last;
    }
    if (last < text.length) yield text.length;
  };
}

/** Ends of groups of three digits, from the right of each run; what stands before a run is with its first group. */
function cutInThrees(source: string): Cut {
  const run = new RegExp(source, 'gu');
  return function* (text) {
    let last = 0;
    for (const { 0: match, index } of text.matchAll(run)) {
      const ends: number[] = [];
      let at = index;
      for (const digit of match) ends.push((at += digit.length));
      const first = (ends.length - 1) % 3;
      for (let i = first; i < ends.length; i += 3) yield ends[i] as number;
      last = at;
    }
    if (last < text.length) yield text.length;
  };
}

function createCut(source: string): Cut {
  if (source === NUMBERS_IN_THREES) return cutInThrees('\\p{N}+');
  if (source === DIGITS_IN_THREES) return cutInThrees('[0-9]+');
  return cutAround(source);
}

/** Cuts a text by each of the sources in turn, and gives the words. */
export function createWordCut(sources: readonly string[]): (text: string) => Iterable<string> {
  const cuts = sources.map(createCut);
  function* cutFrom(text: string, first: number): Generator<string> {
    const cut = cuts[first];
    if (cut === undefined) {
      yield text;
      return;
    }
    let start = 0;
    for (const end of cut(text)) {
      yield* cutFrom(text.slice(start, end), first + 1);
      start = end;
    }
  }
  return (text) => cutFrom(text, 0);
}
