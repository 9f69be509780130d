/**
 * A set of characters as JavaScript's regular expressions write it: the inside of a class such as `[…]`, or where that
 * can't be, an expression that matches one character.
 */
export type CharacterClass = { inside: string } | { whole: string };

const ANY = '[\\s\\S]';

/** One character. */
export function literal(code: number): string {
  const character = String.fromCodePoint(code);
  return code > 0x7f || /^[0-9A-Za-z]$/.test(character)
    ? character
    : `\\x${code.toString(16).padStart(2, '0')}`;
}

/** The expression that matches one character of a class. */
export function sourceOf(set: CharacterClass): string {
  return 'whole' in set ? set.whole : `[${set.inside}]`;
}

export function union(sets: readonly CharacterClass[]): CharacterClass {
  const inside = sets.map((set) => ('inside' in set ? set.inside : '')).join('');
  const wholes = sets.flatMap((set) => ('whole' in set ? [set.whole] : []));
  if (wholes.length === 0) return { inside };
  if (wholes.length === 1 && inside === '') return { whole: wholes[0] as string };
  return { whole: `(?:${[`[${inside}]`, ...wholes].join('|')})` };
}

export function intersection(one: CharacterClass, other: CharacterClass): CharacterClass {
  return { whole: `(?:(?=${sourceOf(one)})${sourceOf(other)})` };
}

export function complement(set: CharacterClass): CharacterClass {
  return { whole: 'inside' in set ? `[^${set.inside}]` : `(?:(?!${set.whole})${ANY})` };
}

/** The letters of the largest script with cases end here, and so do all others'. */
const LAST_CASED = 0x1ffff;

function foldOf(code: number): string {
  // By the upper case, since letters such as ſ and K have others' there or in their lower case alone.
  return String.fromCodePoint(code).toUpperCase().toLowerCase();
}

/** Characters that differ in case alone, by what they have in common. */
function findCases(): Map<string, number[]> {
  const cases = new Map<string, number[]>();
  for (let code = 0x41; code <= LAST_CASED; ++code) {
    if (code === DOTLESS_I) continue;
    const character = String.fromCodePoint(code);
    if (character.toLowerCase() === character && character.toUpperCase() === character) continue;
    const fold = foldOf(code);
    const others = cases.get(fold);
    if (others === undefined) cases.set(fold, [code]);
    else others.push(code);
  }
  return cases;
}

let allCases: Map<string, number[]> | undefined;

/** Has a capital that is another letter's. */
const DOTLESS_I = 0x131;

/** Those beyond ASCII whose other case is in it. */
const LONG_S = 0x17f;
const KELVIN = 0x212a;

/** A character and those that differ from it in case alone. */
export function casesOf(code: number): number[] {
  const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  if (isLetter) {
    const [upper, lower] = [code & ~0x20, code | 0x20];
    return [lower, upper, ...(lower === 0x73 ? [LONG_S] : []), ...(lower === 0x6b ? [KELVIN] : [])];
  }
  if (code < 0x80) return [code];
  allCases ??= findCases();
  return allCases.get(foldOf(code)) ?? [code];
}

/** A class with all characters that differ from one of its own in case alone. */
export function inAnyCase(set: CharacterClass): CharacterClass {
  allCases ??= findCases();
  const isIn = new RegExp(`^${sourceOf(set)}$`, 'u');
  const added: string[] = [];
  for (const others of allCases.values()) {
    const holds = others.map((code) => isIn.test(String.fromCodePoint(code)));
    if (holds.includes(true)) {
      added.push(...others.filter((_, i) => !holds[i]).map(literal));
    }
  }
  return added.length === 0 ? set : union([set, { inside: added.join('') }]);
}
