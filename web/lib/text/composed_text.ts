/** A text, and where each of its UTF-16 units lies in another: that of which it was made. */
export interface PlacedText {
  text: string;
  /** Where the character that begins at a unit comes from, [start, end). */
  place(first: number, next: number): [start: number, end: number];
}

/** text[start, end) as it is. */
export function plainText(text: string, start: number, end: number): PlacedText {
  return {
    text: text.slice(start, end),
    place: (first, next) => [start + first, start + next],
  };
}

/** A character and the marks behind it, or a Hangul syllable in parts. */
const CLUSTER = /[\s\S][\p{M}\u1160-\u11ff]*/gu;

/** A part of a decomposed cluster, and whether it is the first part of one of the cluster's characters. */
interface Part {
  character: string;
  isFirst: boolean;
}

/** Takes the first part that is a character out of a list. */
function take(parts: Part[], character: string): Part {
  const index = parts.findIndex((part) => part.character === character);
  return parts.splice(index, 1)[0] as Part;
}

/** A cluster in parts (NFD). */
function decompose(cluster: string): Part[] {
  const parts = [...cluster].flatMap((whole) =>
    [...whole.normalize('NFD')].map((character, i) => ({ character, isFirst: i === 0 })),
  );
  return [...cluster.normalize('NFD')].map((character) => take(parts, character));
}

/**
 * text[start, end) with its characters composed (Unicode's NFC). Places are as in the Rust library, which
 * counts: a character has the place of the next one of the cluster, and those that it was composed of beside are passed
 * over; what became several has one place.
 */
export function composedText(text: string, start: number, end: number): PlacedText {
  const plain = plainText(text, start, end);
  if (plain.text.normalize('NFC') === plain.text) return plain;
  const places: [number, number][] = [];
  let composed = '';
  for (const { 0: cluster, index } of plain.text.matchAll(CLUSTER)) {
    let at = start + index;
    const sources = Array.from(cluster, (character): [number, number] => {
      const first = at;
      at += character.length;
      return [first, at];
    });
    const parts = decompose(cluster);
    let next = 0;
    let place: [number, number] = sources[0] as [number, number];
    for (const character of cluster.normalize('NFC')) {
      const [first, ...rest] = [...character.normalize('NFD')].map((part) => take(parts, part));
      if (first?.isFirst === true) place = sources[next++] as [number, number];
      next += rest.filter(({ isFirst }) => isFirst).length;
      for (let unit = 0; unit < character.length; ++unit) places.push(place);
      composed += character;
    }
  }
  return { text: composed, place: (first) => places[first] as [number, number] };
}
