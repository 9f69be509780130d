import type { CharacterClass } from './character_class.js';
import { complement } from './character_class.js';

/** Oniguruma's characters of words, those of a JavaScript class. */
const WORD = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}';

/** What Oniguruma names otherwise than JavaScript, or means something else by; names without case, `_`, `-` and spaces. */
const OWN: Readonly<Record<string, string>> = {
  alnum: '\\p{Alphabetic}\\p{Nd}',
  alpha: '\\p{Alphabetic}',
  any: '\\s\\S',
  ascii: '\\0-\\x7f',
  assigned: '\\P{Cn}',
  blank: '\\p{Zs}\\t',
  cntrl: '\\p{Cc}',
  digit: '\\p{Nd}',
  lower: '\\p{Lowercase}',
  punct: '\\p{P}',
  space: '\\p{White_Space}',
  upper: '\\p{Uppercase}',
  word: WORD,
  xdigit: '0-9A-Fa-f',
};

/** Classes of which only the opposite can be written down. */
const COMPLEMENTS: Readonly<Record<string, string>> = {
  graph: '\\p{White_Space}\\p{Cc}\\p{Cn}\\p{Cs}',
  print: '\\p{Cc}\\p{Cn}\\p{Cs}\\u2028\\u2029',
};

/** The properties of Unicode that take no value and that both have. */
const BINARY = [
  'Alphabetic',
  'ASCII_Hex_Digit',
  'Bidi_Control',
  'Case_Ignorable',
  'Cased',
  'Changes_When_Casefolded',
  'Changes_When_Casemapped',
  'Changes_When_Lowercased',
  'Changes_When_Titlecased',
  'Changes_When_Uppercased',
  'Dash',
  'Default_Ignorable_Code_Point',
  'Deprecated',
  'Diacritic',
  'Emoji',
  'Emoji_Component',
  'Emoji_Modifier',
  'Emoji_Modifier_Base',
  'Emoji_Presentation',
  'Extended_Pictographic',
  'Extender',
  'Grapheme_Base',
  'Grapheme_Extend',
  'Hex_Digit',
  'ID_Continue',
  'ID_Start',
  'Ideographic',
  'IDS_Binary_Operator',
  'IDS_Trinary_Operator',
  'Join_Control',
  'Logical_Order_Exception',
  'Lowercase',
  'Math',
  'Noncharacter_Code_Point',
  'Pattern_Syntax',
  'Pattern_White_Space',
  'Quotation_Mark',
  'Radical',
  'Regional_Indicator',
  'Sentence_Terminal',
  'Soft_Dotted',
  'Terminal_Punctuation',
  'Unified_Ideograph',
  'Uppercase',
  'Variation_Selector',
  'White_Space',
  'XID_Continue',
  'XID_Start',
];

const plain = (name: string) => name.toLowerCase().replace(/[\s_-]/g, '');

/** As scripts and categories are spelt: a capital before each word. */
const capitals = (name: string) =>
  name
    .trim()
    .toLowerCase()
    .replace(
      /(^|[\s_-]+)([a-z])/g,
      (_, gap: string, letter: string) => `${gap && '_'}${letter.toUpperCase()}`,
    );

/** General categories whose names aren't capitals and small letters. */
const CATEGORIES: Readonly<Record<string, string>> = { lc: 'LC', punct: 'P', digit: 'Nd', cntrl: 'Cc' };

function isKnown(property: string): boolean {
  try {
    return new RegExp(`\\p{${property}}`, 'u') !== undefined;
  } catch {
    return false;
  }
}

/** The name of a property as JavaScript spells it; undefined where it knows none. */
function inJavaScript(name: string): string | undefined {
  const binary = BINARY.find((known) => plain(known) === plain(name));
  const category = CATEGORIES[plain(name)] ?? capitals(name);
  return [
    ...(binary === undefined ? [] : [binary]),
    `General_Category=${category}`,
    `Script=${capitals(name)}`,
    `Script=${name}`,
  ].find(isKnown);
}

/** `\p{name}` of Oniguruma; undefined where there is no such property. */
export function propertyClass(name: string, isNegated: boolean): CharacterClass | undefined {
  const key = plain(name);
  if (Object.hasOwn(COMPLEMENTS, key)) {
    const inside = COMPLEMENTS[key] as string;
    return isNegated ? { inside } : complement({ inside });
  }
  if (Object.hasOwn(OWN, key)) {
    const set = { inside: OWN[key] as string };
    return isNegated ? complement(set) : set;
  }
  const known = inJavaScript(name);
  return known === undefined ? undefined : { inside: `\\${isNegated ? 'P' : 'p'}{${known}}` };
}

/** `[:name:]` of Oniguruma; undefined where there is no such class. */
export function posixClass(name: string, isNegated: boolean): CharacterClass | undefined {
  if (name === 'punct') {
    const set = { inside: '\\p{P}\\p{S}' };
    return isNegated ? complement(set) : set;
  }
  const isPosix = name === 'ascii' || (Object.hasOwn(OWN, name) && name !== 'any' && name !== 'assigned');
  return isPosix || Object.hasOwn(COMPLEMENTS, name) ? propertyClass(name, isNegated) : undefined;
}

/** The classes that have a letter, as they are inside of `[…]`. */
export const SHORTHANDS: Readonly<Record<string, CharacterClass>> = {
  s: { inside: '\\p{White_Space}' },
  S: { inside: '\\P{White_Space}' },
  d: { inside: '\\p{Nd}' },
  D: { inside: '\\P{Nd}' },
  w: { inside: WORD },
  W: complement({ inside: WORD }),
  h: { inside: '0-9A-Fa-f' },
  H: complement({ inside: '0-9A-Fa-f' }),
};

/** Numbers of Latin-1 that Oniguruma takes for characters of words, but not inside of `[…]`. */
const LATIN_NUMBERS = '\\xb2\\xb3\\xb9\\xbc-\\xbe';

/** `\w` outside of `[…]`. */
export const WORD_ALONE: CharacterClass = { inside: WORD + LATIN_NUMBERS };
