/**
 * Byte-level BPE (Radford et al. 2019) writes each byte as one printable character: those that are printable in
 * Latin-1 as themselves, the rest as the characters from U+0100 on.
 */
function makeCharacters(): string[] {
  const isPrintable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

/** The character of each byte. */
export const BYTE_CHARACTERS: readonly string[] = makeCharacters();

const BYTES: ReadonlyMap<string, number> = new Map(
  BYTE_CHARACTERS.map((character, byte) => [character, byte]),
);

/** The bytes that a token of a byte-level vocabulary spells; undefined where it spells none. */
export function bytesOfToken(token: string): Uint8Array | undefined {
  const bytes = Array.from(token, (character) => BYTES.get(character));
  return bytes.includes(undefined) ? undefined : Uint8Array.from(bytes as number[]);
}
