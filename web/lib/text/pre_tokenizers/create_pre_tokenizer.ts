import { asByteCharacters } from '../normalizers/create_normalizer.js';
import { PartSettings } from '../part_settings.js';
import { findCharacters, findPattern, findString } from '../patterns/pattern.js';
import { translatePattern } from '../patterns/translate_pattern.js';
import { afterCharacter, type PlacedText } from '../placed_text.js';
import type { TokenizerPart } from '../tokenizer_json.js';
import { isNumeric, isPunctuation, WHITE_SPACE, WORD_CHARACTERS } from '../unicode/classes.js';
import { splitAtScripts } from './scripts.js';
import { BEHAVIOURS, splitAt, type PreTokenizer } from './split.js';

/** GPT-2's words (Radford et al. 2019). */
const GPT2_WORDS = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

const betweenSpaces = () => splitAt(findPattern(new RegExp(`[${WHITE_SPACE}]+`, 'gu')), 'Removed');

function bert(): PreTokenizer {
  const words = betweenSpaces();
  const apart = splitAt(findCharacters(isPunctuation), 'Isolated');
  return (text) => words(text).flatMap(apart);
}

function byteLevel(settings: PartSettings): PreTokenizer {
  const hasPrefix = settings.flag('add_prefix_space', true);
  settings.flag('trim_offsets', true);
  const words = settings.flag('use_regex', true)
    ? splitAt(findPattern(translatePattern(GPT2_WORDS)), 'Isolated')
    : (text: PlacedText) => [text];
  return (text) => {
    const whole = hasPrefix && !text.text.startsWith(' ') ? text.prepended(' ') : text;
    return words(whole).map(asByteCharacters);
  };
}

/** How SentencePiece writes a space. */
const SPACE = '▁';

function metaspace(settings: PartSettings): PreTokenizer {
  const space = settings.character('replacement', SPACE);
  const scheme = schemeOf(settings);
  const cut = settings.flag('split', true)
    ? splitAt(findString(space), 'MergedWithNext')
    : (text: PlacedText) => [text];
  return (text) => {
    const marked = text.respelt(text.text.replaceAll(' ', space));
    const isPrefixed =
      !marked.text.startsWith(space) &&
      (scheme === 'always' || (scheme === 'first' && marked.startOf(0) === 0));
    return cut(isPrefixed ? marked.prepended(space) : marked);
  };
}

/** Where a space is put before a text; older files say whether. */
export function schemeOf(settings: PartSettings): 'always' | 'first' | 'never' {
  const scheme = settings.choice('prepend_scheme', ['always', 'first', 'never'], 'always');
  if (settings.flag('add_prefix_space', true)) return scheme;
  const isSaid = settings.value('prepend_scheme') !== undefined;
  if (isSaid && scheme !== 'never')
    throw settings.wrong('add_prefix_space', `true with prepend_scheme ${scheme}`);
  return 'never';
}

function fixedLength(length: number): PreTokenizer {
  return (text) => {
    const pieces: PlacedText[] = [];
    for (let start = 0, at = 0; start < text.text.length; start = at) {
      for (let taken = 0; taken < length && at < text.text.length; ++taken)
        at = afterCharacter(text.text, at);
      pieces.push(text.slice(start, at));
    }
    return pieces;
  };
}

/** The pre-tokenizers of tokenizers 0.23, each with what reads its settings. */
const PRE_TOKENIZERS: Readonly<Record<string, (settings: PartSettings) => PreTokenizer>> = {
  BertPreTokenizer: bert,
  ByteLevel: byteLevel,
  CharDelimiterSplit: (settings) => splitAt(findString(settings.character('delimiter')), 'Removed'),
  Digits: (settings) => {
    const isEach = settings.flag('individual_digits', false);
    return splitAt(findCharacters(isNumeric), isEach ? 'Isolated' : 'Contiguous');
  },
  FixedLength: (settings) => fixedLength(settings.count('length', 1, 5)),
  Metaspace: metaspace,
  Punctuation: (settings) =>
    splitAt(findCharacters(isPunctuation), settings.choice('behavior', BEHAVIOURS, 'Isolated')),
  Sequence: (settings) => {
    const all = settings.list('pretokenizers').map((part) => createPreTokenizer(part));
    return (text) => {
      let pieces: readonly PlacedText[] = [text];
      for (const cut of all) pieces = pieces.flatMap(cut);
      return pieces;
    };
  },
  Split: (settings) =>
    splitAt(
      settings.finder('pattern'),
      settings.choice('behavior', BEHAVIOURS),
      settings.flag('invert', false),
    ),
  UnicodeScripts: () => splitAtScripts,
  Whitespace: () => {
    const words = new RegExp(`[${WORD_CHARACTERS}]+|[^${WORD_CHARACTERS}${WHITE_SPACE}]+`, 'gu');
    return splitAt(findPattern(words), 'Removed', true);
  },
  WhitespaceSplit: betweenSpaces,
};

/**
 * The pre-tokenizer of a tokenizer.json.
 *
 * @throws AttentionError `file-format` naming a part or a setting that isn't supported
 */
export function createPreTokenizer(part: TokenizerPart | null | undefined): PreTokenizer {
  if (part === null || part === undefined) return (text) => [text];
  const settings = new PartSettings('pre-tokenizer', part);
  return settings.choose(PRE_TOKENIZERS)(settings);
}
