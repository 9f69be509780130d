import { afterCharacter, type Change, type PlacedText } from '../placed_text.js';
import { attaching, decomposed, isAscii } from '../unicode/classes.js';

export type NormalForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/** A character taken apart, and whether this is the first part of it. */
interface Part {
  character: string;
  isFirst: boolean;
}

/** Takes the first part that is a character out of a list. */
function take(parts: Part[], character: string): Part {
  const index = parts.findIndex((part) => part.character === character);
  return parts.splice(index, 1)[0] as Part;
}

/** A character's parts, those that the library's Unicode knows. */
function partsOf(character: string, form: 'NFD' | 'NFKD'): Part[] {
  const isKnown = decomposed().has(character.codePointAt(0) as number);
  if (!isKnown) return [{ character, isFirst: true }];
  return Array.from(character.normalize(form), (part, i) => ({ character: part, isFirst: i === 0 }));
}

/** The parts of a cluster in their order. */
function inOrder(cluster: string, parts: Part[], form: 'NFD' | 'NFKD'): Part[] {
  if (parts.length === 1) return parts;
  return Array.from(cluster.normalize(form), (character) => take(parts, character));
}

/** A letter and what joins it, as changes; parts that are composed count together. */
function* changesOf(cluster: string, form: NormalForm): Generator<Change> {
  const apart = form === 'NFKC' || form === 'NFKD' ? 'NFKD' : 'NFD';
  const own = [...cluster].flatMap((character) => partsOf(character, apart));
  if (own.length === 1) {
    const [only] = own as [Part];
    const character =
      form === 'NFC' && decomposed().has(cluster.codePointAt(0) as number)
        ? cluster.normalize('NFC')
        : only.character;
    yield { character, change: 0 };
    return;
  }
  const parts = inOrder(cluster, own, apart);
  if (form === apart) {
    for (const { character, isFirst } of parts) yield { character, change: isFirst ? 0 : 1 };
    return;
  }
  for (const character of cluster.normalize(form)) {
    const [first, ...rest] = [...character.normalize('NFD')].map((part) => take(parts, part)) as [
      Part,
      ...Part[],
    ];
    // A part that is composed with the ones before it takes its own character with it.
    const change = rest.filter(({ isFirst }) => isFirst).length;
    yield { character, change: (first.isFirst ? 0 : 1) - change };
  }
}

/** Letters, each with what joins it. */
function* clustersOf(text: string): Generator<string> {
  const joins = attaching();
  let start = 0;
  for (let at = 0; at < text.length; at = afterCharacter(text, at)) {
    if (at === start || joins.has(text.codePointAt(at) as number)) continue;
    yield text.slice(start, at);
    start = at;
  }
  if (start < text.length) yield text.slice(start);
}

/** Whether a normal form may have anything to do. */
function isTouched(text: string): boolean {
  for (let at = 0, next; at < text.length; at = next) {
    next = afterCharacter(text, at);
    const code = text.codePointAt(at) as number;
    if (code >= 0xa0 && (decomposed().has(code) || attaching().has(code))) return true;
  }
  return false;
}

/** A text in one of Unicode's normal forms, with places as the Rust library counts them. */
export function inNormalForm(text: PlacedText, form: NormalForm): PlacedText {
  const { text: whole } = text;
  if (isAscii(whole) || !isTouched(whole)) return text;
  if (form === 'NFC' && whole.normalize('NFC') === whole) return text;
  return text.changed(changes(whole, form));
}

function* changes(whole: string, form: NormalForm): Generator<Change> {
  for (const cluster of clustersOf(whole)) yield* changesOf(cluster, form);
}
