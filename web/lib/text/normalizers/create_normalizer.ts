import { BYTE_CHARACTERS } from '../byte_characters.js';
import { PartSettings } from '../part_settings.js';
import type { Finder } from '../patterns/pattern.js';
import { afterCharacter, beforeCharacter, PlacedTextBuilder, type PlacedText } from '../placed_text.js';
import { PrecompiledMap } from '../precompiled_map.js';
import type { TokenizerPart } from '../tokenizer_json.js';
import { marks } from '../unicode/classes.js';
import { createBertNormalizer } from './bert.js';
import { lowercased, stripped, without } from './characters.js';
import { inNormalForm, type NormalForm } from './normal_form.js';
import type { Normalizer } from './normalizer.js';

const ENCODER = new TextEncoder();

/** Every byte of a text's UTF-8 as the one character that stands for it, in the place of the byte's character. */
export function asByteCharacters(text: PlacedText): PlacedText {
  const { text: whole } = text;
  // What is ASCII stays as many units.
  if (!NEEDS_BYTES.test(whole)) return text.respelt(whole.replaceAll(' ', BYTE_CHARACTERS[0x20] as string));
  const made = new PlacedTextBuilder();
  for (let at = 0, next; at < whole.length; at = next) {
    next = afterCharacter(whole, at);
    const bytes = ENCODER.encode(whole.slice(at, next));
    const spelt = Array.from(bytes, (byte) => BYTE_CHARACTERS[byte]).join('');
    made.add(spelt, text.startOf(at), text.endBefore(next));
  }
  return made.build();
}

const NEEDS_BYTES = /[^ -~]/;

/** Puts a string in the place of all matches; it has the place of the last character of each. */
function replaceWith(find: Finder, content: string): Normalizer {
  return (text) => {
    let made: PlacedTextBuilder | undefined;
    let copied = 0;
    for (const [start, end] of find(text.text)) {
      made ??= new PlacedTextBuilder();
      made.copy(text, copied, start);
      const last = beforeCharacter(text.text, end);
      const begin = text.startOf(0);
      if (end === 0) made.add(content, begin, begin);
      else made.add(content, text.startOf(last), text.endBefore(end));
      copied = end;
    }
    if (made === undefined) return text;
    made.copy(text, copied, text.text.length);
    return made.build();
  };
}

function precompiled(map: PrecompiledMap): Normalizer {
  return (text) => {
    const { text: whole } = text;
    const replacements = [...map.replacements(whole)];
    if (replacements.length === 0) return text;
    return text.changed(mapped(whole, replacements));
  };
}

function* mapped(whole: string, replacements: readonly (readonly [number, number, string])[]) {
  let at = 0;
  for (const [start, end, by] of replacements) {
    for (const character of whole.slice(at, start)) yield { character, change: 0 };
    const own = [...by];
    const more = own.length - [...whole.slice(start, end)].length;
    for (const [i, character] of own.entries()) {
      const isAdded = more > 0 && i >= own.length - more;
      yield { character, change: isAdded ? 1 : i === own.length - 1 ? Math.min(more, 0) : 0 };
    }
    at = end;
  }
  for (const character of whole.slice(at)) yield { character, change: 0 };
}

/** Control characters that the normaliser of machine translation drops, and others that it takes for spaces. */
const NMT_DROPPED = /[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]/;
const NMT_SPACES = /[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/g;

function nmt(text: PlacedText): PlacedText {
  const kept = without(text, (code) => code < 0xa0 && NMT_DROPPED.test(String.fromCharCode(code)));
  return kept.respelt(kept.text.replace(NMT_SPACES, ' '));
}

const normalForm =
  (form: NormalForm): ((settings: PartSettings) => Normalizer) =>
  () =>
  (text) =>
    inNormalForm(text, form);

/** The normalisers of tokenizers 0.23, each with what reads its settings. */
const NORMALIZERS: Readonly<Record<string, (settings: PartSettings) => Normalizer>> = {
  BertNormalizer: (settings) => {
    const lowercase = settings.flag('lowercase', true);
    return createBertNormalizer({
      cleanText: settings.flag('clean_text', true),
      handleChineseChars: settings.flag('handle_chinese_chars', true),
      stripAccents: settings.flag('strip_accents', lowercase),
      lowercase,
    });
  },
  ByteLevel: () => asByteCharacters,
  Lowercase: () => lowercased,
  NFC: normalForm('NFC'),
  NFD: normalForm('NFD'),
  NFKC: normalForm('NFKC'),
  NFKD: normalForm('NFKD'),
  Nmt: () => nmt,
  Precompiled: (settings) => precompiled(PrecompiledMap.fromBase64(settings.value('precompiled_charsmap'))),
  Prepend: (settings) => {
    const prefix = settings.text('prepend');
    return (text) => text.prepended(prefix);
  },
  Replace: (settings) => replaceWith(settings.finder('pattern'), settings.text('content')),
  Sequence: (settings) => {
    const all = settings.list('normalizers').map(createNormalizer);
    return (text) => all.reduce((made, normalizer) => normalizer(made), text);
  },
  Strip: (settings) => {
    const [left, right] = [settings.flag('strip_left', true), settings.flag('strip_right', true)];
    return (text) => stripped(text, left, right);
  },
  StripAccents: () => (text) => without(text, (code) => marks().has(code)),
};

/**
 * The normaliser of a tokenizer.json.
 *
 * @throws AttentionError `file-format` naming a part or a setting that isn't supported
 */
export function createNormalizer(part: TokenizerPart | null | undefined): Normalizer {
  if (part === null || part === undefined) return (text) => text;
  const settings = new PartSettings('normalizer', part);
  return settings.choose(NORMALIZERS)(settings);
}
