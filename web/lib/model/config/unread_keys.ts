import { describe } from '../../arguments.js';
import { AttentionError } from '../../errors.js';

/** Parts of names that speak of the mathematics wherever they stand, and words that do so alone. */
const SPEAKING =
  /attention|attn|causal|bidirectional|rope|rotary|posit|norm|epsilon|activation|window|sliding|scal(e|ing)|multiplier|softcap|capping|bias|alibi|quanti|expert|layer/;
const SPEAKING_WORDS = new Set(['act', 'cap', 'caps', 'eps', 'tie', 'tied', 'ties', 'moe', 'pos']);

/** Whether a key's name says that it may change what the model computes. */
export function speaksOfTheMaths(key: string): boolean {
  const name = key.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  return SPEAKING.test(name) || name.split(/[^a-z]+/).some((word) => SPEAKING_WORDS.has(word));
}

/** Whether a value says that nothing is asked for. */
export function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/**
 * The keys of a file that nobody knows.
 *
 * @param file - What the file is called in an error
 * @param isKnown - Whether a reader reads a key, or lists it as harmless
 * @throws AttentionError `file-format` naming a key that isn't known, whose name speaks of the mathematics and whose
 *   value isn't null, false or empty
 */
export function unreadKeys(
  file: string,
  entries: Iterable<readonly [key: string, value: unknown]>,
  isKnown: (key: string) => boolean,
): string[] {
  const unread: string[] = [];
  for (const [key, value] of entries) {
    if (isKnown(key)) continue;
    if (speaksOfTheMaths(key) && !isNothing(value)) {
      throw new AttentionError(
        'file-format',
        `${file}: ${key.slice(0, 80)} isn't known here and may change what the model computes; it must be left out, null or false, got ${describe(value)}.`,
      );
    }
    unread.push(key);
  }
  return unread;
}
