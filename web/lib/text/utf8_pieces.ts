/** A character of decoded bytes: how many bytes it took, and whether it was whole. */
interface Piece {
  character: string;
  bytes: number;
}

const REPLACEMENT = '\ufffd';

/** How many bytes the character takes that begins with this one; 0 where none does. */
function lengthOf(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/**
 * The characters that bytes spell, with U+FFFD for each byte that is no part of one. A character that is cut off at
 * the end is left out: its other bytes may be still to come.
 */
export function* utf8Pieces(bytes: Uint8Array): Generator<Piece> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (let at = 0; at < bytes.length;) {
    const length = lengthOf(bytes[at] as number);
    const piece = bytes.subarray(at, at + length);
    const isTail = piece.subarray(1).every((byte) => (byte & 0xc0) === 0x80);
    if (length > 0 && piece.length < length && isTail) return;
    let character = REPLACEMENT;
    let count = 1;
    if (length > 0 && isTail) {
      try {
        character = decoder.decode(piece);
        count = length;
      } catch {
        // Overlong, or half of a surrogate pair.
      }
    }
    yield { character, bytes: count };
    at += count;
  }
}
