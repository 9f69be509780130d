import { BYTE_CHARACTERS } from './byte_characters.js';
import { PartSettings } from './part_settings.js';
import { afterCharacter, beforeCharacter } from './placed_text.js';
import type { TokenizerPart } from './tokenizer_json.js';
import { isWhiteSpace } from './unicode/classes.js';

/** A token of a text on its way: its place in the text. */
export interface FoundToken {
  id: number;
  /** What stands in the normalised text; the name of a token that the model adds. */
  spelling: string;
  start: number;
  end: number;
  type: number;
  /** Which of the texts its place counts in; none for a token that the model adds. */
  text?: 0 | 1;
  /** Whether the model cut it out of a word. */
  isPiece?: boolean;
}

/** The tokens of one text, or of two, or what became of them. */
type Lists = readonly (readonly FoundToken[])[];

/** What is put around the tokens of texts. */
export interface PostProcessor {
  /** How many tokens it adds to one text or to two. */
  added: (texts: number) => number;
  /** The tokens with those that it adds; `texts` are the person's own. */
  process: (lists: Lists, texts: readonly string[]) => Lists;
}

const plain = (type: number) => (token: FoundToken) => ({ ...token, type });

const added = (id: number, spelling: string, type: number): FoundToken => ({
  id,
  spelling,
  start: 0,
  end: 0,
  type,
});

/** How a vocabulary of bytes writes a space. */
const SPACE = BYTE_CHARACTERS[0x20] as string;

const isSpace = (character: string) => character === SPACE || isWhiteSpace(character.charCodeAt(0));

/** A place further in a text by so many characters. */
function forward(text: string, at: number, count: number): number {
  let place = at;
  for (let i = 0; i < count && place < text.length; ++i) place = afterCharacter(text, place);
  return place;
}

/** A place further back in a text by so many characters; the same where there are fewer. */
function back(text: string, at: number, count: number): number {
  let place = at;
  for (let i = 0; i < count; ++i) {
    if (place === 0) return at;
    place = beforeCharacter(text, place);
  }
  return place;
}

/** The place of a token without the spaces at its ends, as the Rust library counts them. */
function trimmed(
  token: FoundToken,
  spelling: string,
  isFirst: boolean,
  keepsFirstSpace: boolean,
  text: string,
): FoundToken {
  let leading = 0;
  let trailing = 0;
  while (leading < spelling.length && isSpace(spelling.charAt(leading))) ++leading;
  while (trailing < spelling.length && isSpace(spelling.charAt(spelling.length - 1 - trailing))) ++trailing;
  if (leading === 0 && trailing === 0) return token;
  const isKept = keepsFirstSpace && leading === 1 && (isFirst || token.start === 0);
  const start = Math.min(forward(text, token.start, isKept ? 0 : leading), token.end);
  const end = Math.max(back(text, token.end, trailing), start);
  return { ...token, start, end };
}

/** Tokens by their names, and their names. */
export interface Names {
  /** The number of a token that has a name; undefined where there is none. */
  idOf: (name: string) => number | undefined;
  /** How the model spells a token that was found. */
  spellingOf: (token: FoundToken) => string;
}

type IdOf = Names['idOf'];

/** Places without the spaces that tokens are spelt with; one for what the model doesn't know is spelt without any. */
function trimming(settings: PartSettings, { spellingOf }: Names): PostProcessor['process'] {
  const keepsFirstSpace = settings.flag('add_prefix_space', true);
  if (!settings.flag('trim_offsets', true)) return (lists) => lists;
  return (lists, texts) =>
    lists.map((list) =>
      list.map((token, i) =>
        trimmed(token, spellingOf(token), i === 0, keepsFirstSpace, texts[token.text ?? 0] as string),
      ),
    );
}

/** A token that BERT's and RoBERTa's name: its content and its number, which may be left out. */
function readToken(settings: PartSettings, name: string, idOf: IdOf): [id: number, spelling: string] {
  const value = settings.value(name);
  const [spelling, number] = Array.isArray(value) ? (value as unknown[]) : [];
  const id = number ?? (typeof spelling === 'string' ? idOf(spelling) : undefined);
  if (typeof spelling !== 'string' || !Number.isSafeInteger(id)) {
    throw settings.wrong(name, 'a token and its number');
  }
  return [id as number, spelling];
}

function bert(settings: PartSettings, { idOf }: Names): PostProcessor {
  const first = readToken(settings, 'cls', idOf);
  const end = readToken(settings, 'sep', idOf);
  return {
    added: (texts) => texts + 1,
    process: ([own, other]) => [
      [added(...first, 0), ...(own ?? []), added(...end, 0)],
      ...(other === undefined ? [] : [[...other, added(...end, 1)]]),
    ],
  };
}

function roberta(settings: PartSettings, names: Names): PostProcessor {
  const first = readToken(settings, 'cls', names.idOf);
  const end = readToken(settings, 'sep', names.idOf);
  const trim = trimming(settings, names);
  return {
    added: (texts) => 2 * texts,
    process: (lists, texts) =>
      trim(lists, texts).map((list, i) => [
        added(...(i === 0 ? first : end), 0),
        ...list.map(plain(0)),
        added(...end, 0),
      ]),
  };
}

/** A piece of a template: a text's tokens, or added ones. */
type TemplatePiece = { text: 0 | 1; type: number } | { tokens: FoundToken[] };

/** The tokens of a name in a template: those that special_tokens says, or the one that is called so. */
function namedTokens(
  settings: PartSettings,
  name: string,
  type: number,
  idOf: IdOf,
): FoundToken[] | undefined {
  const all = settings.value('special_tokens');
  const known = typeof all === 'object' && all !== null && Object.hasOwn(all, name);
  const { ids, tokens } = (known ? (all as Record<string, unknown>)[name] : {}) as {
    ids?: unknown;
    tokens?: unknown;
  };
  const numbers = known ? ids : [idOf(name)];
  if (!Array.isArray(numbers) || !numbers.every((id) => Number.isSafeInteger(id))) return undefined;
  const spellings = Array.isArray(tokens) ? (tokens as unknown[]) : [];
  return (numbers as number[]).map((id, i) => added(id, String(spellings[i] ?? name), type));
}

function readTemplate(settings: PartSettings, name: 'single' | 'pair', idOf: IdOf): TemplatePiece[] {
  return settings.list(name).map((json): TemplatePiece => {
    const { Sequence: sequence, SpecialToken: special } = (json ?? {}) as {
      Sequence?: { id?: unknown; type_id?: unknown } | null;
      SpecialToken?: { id?: unknown; type_id?: unknown } | null;
    };
    const type = Number((sequence ?? special)?.type_id ?? 0);
    if (sequence != null) return { text: sequence.id === 'B' ? 1 : 0, type };
    const tokens = special == null ? undefined : namedTokens(settings, String(special.id), type, idOf);
    if (tokens === undefined) throw settings.wrong(name, 'of Sequences and of SpecialTokens that there are');
    return { tokens };
  });
}

function template(settings: PartSettings, { idOf }: Names): PostProcessor {
  const single = readTemplate(settings, 'single', idOf);
  const pair = settings.value('pair') === undefined ? [] : readTemplate(settings, 'pair', idOf);
  const of = (texts: number) => (texts === 1 ? single : pair);
  return {
    added: (texts) =>
      of(texts).reduce((count, piece) => count + ('tokens' in piece ? piece.tokens.length : 0), 0),
    process: (lists) => {
      const pieces = of(lists.length);
      const isWhole = lists.every((_, i) => pieces.some((piece) => 'text' in piece && piece.text === i));
      if (!isWhole) {
        throw settings.wrong(lists.length === 1 ? 'single' : 'pair', 'of every text that is given');
      }
      return pieces.map((piece) =>
        'tokens' in piece ? piece.tokens : (lists[piece.text] ?? []).map(plain(piece.type)),
      );
    },
  };
}

/** The post-processors of tokenizers 0.23, each with what reads its settings. */
const POST_PROCESSORS: Readonly<Record<string, (settings: PartSettings, names: Names) => PostProcessor>> = {
  BertProcessing: bert,
  ByteLevel: (settings, names) => ({ added: () => 0, process: trimming(settings, names) }),
  RobertaProcessing: roberta,
  Sequence: (settings, names) => {
    const all = settings.list('processors').map((part) => createPostProcessor(part, names));
    return {
      added: (texts) => all.reduce((count, processor) => count + processor.added(texts), 0),
      process: (lists, texts) => all.reduce((made, { process }) => process(made, texts), lists),
    };
  },
  TemplateProcessing: template,
};

/**
 * The post-processor of a tokenizer.json.
 *
 * @throws AttentionError `file-format` naming a part or a setting that isn't supported
 */
export function createPostProcessor(part: TokenizerPart, names: Names): PostProcessor {
  const settings = new PartSettings('post-processor', part);
  return settings.choose(POST_PROCESSORS)(settings, names);
}
