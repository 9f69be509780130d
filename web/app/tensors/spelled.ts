import { bytesOfToken } from '../../lib/text/byte_characters.js';

/** What a token of a byte-level vocabulary (GPT-2's and its kin) spells; itself where its bytes are part of a character. */
function fromBytes(token: string): string {
  const bytes = bytesOfToken(token);
  if (bytes === undefined) return token;
  const text = new TextDecoder().decode(bytes);
  return text.includes('�') ? token : text;
}

/** Tokens as the text they come from has them: their vocabulary's marks (▁, Ġ, ##) as the spaces that they stand for. */
export function spelled(tokens: readonly string[]): string[] {
  if (tokens.some((token) => token.includes('▁'))) return tokens.map((token) => token.replaceAll('▁', ' '));
  if (tokens.some((token) => token.includes('Ġ'))) return tokens.map(fromBytes);
  if (!tokens.some((token) => token.startsWith('##'))) return [...tokens];
  return tokens.map((token, i) =>
    token.startsWith('##') ? token.slice(2) : `${i === 0 ? '' : ' '}${token}`,
  );
}
