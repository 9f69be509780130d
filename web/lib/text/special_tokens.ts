import { unsupportedTokenizer, type TokenizerJson, type TokenizerPart } from './tokenizer_json.js';
import type { Token } from './token.js';

/** Tokens that are found in the text before anything else happens to it, by their content. */
function readAddedTokens(json: TokenizerJson): Map<string, number> {
  const added = new Map<string, number>();
  for (const token of json.added_tokens ?? []) {
    for (const key of ['single_word', 'lstrip', 'rstrip']) {
      if (token[key] === true) {
        throw unsupportedTokenizer(`added token "${token.content}": ${key}`, 'false', true);
      }
    }
    added.set(token.content, token.id);
  }
  return added;
}

type Names = { before: string[]; after: string[] };

/** The names of the tokens that the model puts before and after a text. */
function readTemplate(processor: TokenizerPart | null | undefined): Names {
  if (processor === null || processor === undefined || processor.type === 'ByteLevel') {
    return { before: [], after: [] };
  }
  if (processor.type === 'Sequence' && Array.isArray(processor.processors)) {
    const all = (processor.processors as TokenizerPart[]).map(readTemplate);
    return {
      before: all.flatMap(({ before }) => before),
      after: all.flatMap(({ after }) => after),
    };
  }
  const { type, cls, sep, single } = processor as {
    type?: unknown;
    cls?: readonly [string, number];
    sep?: readonly [string, number];
    single?: readonly { SpecialToken?: { id: string } }[];
  };
  if ((type === 'BertProcessing' || type === 'RobertaProcessing') && cls !== undefined && sep !== undefined) {
    return { before: [cls[0]], after: [sep[0]] };
  }
  if (type !== 'TemplateProcessing' || single === undefined) {
    throw unsupportedTokenizer('the post-processor', 'a template, BertProcessing or RobertaProcessing', type);
  }
  const names = single.map(({ SpecialToken }) => SpecialToken?.id);
  const text = names.indexOf(undefined);
  return { before: names.slice(0, text) as string[], after: names.slice(text + 1) as string[] };
}

/** The tokens that stand apart from a text's own pieces: those found in it by name, and those put around it. */
export class SpecialTokens {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #names: ReadonlyMap<number, string>;
  readonly #pattern: RegExp | undefined;
  readonly #before: Token[];
  readonly #after: Token[];

  constructor(json: TokenizerJson) {
    this.#ids = readAddedTokens(json);
    this.#names = new Map([...this.#ids].map(([name, id]) => [id, name]));
    const longestFirst = [...this.#ids.keys()].sort((a, b) => b.length - a.length);
    const escaped = longestFirst.map((content) => content.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
    this.#pattern = escaped.length > 0 ? new RegExp(escaped.join('|'), 'gu') : undefined;
    const { before, after } = readTemplate(json.post_processor);
    const named = (name: string): Token => {
      const id = this.#ids.get(name);
      if (id === undefined) throw unsupportedTokenizer('the template', 'of added tokens', name);
      return { id, text: name, start: 0, end: 0 };
    };
    this.#before = before.map(named);
    this.#after = after.map(named);
  }

  /** The name of a special token; undefined for all others. */
  nameOf(id: number): string | undefined {
    return this.#names.get(id);
  }

  /**
   * The tokens of a text, at most `maxTokens` in all; `truncated` says whether more would have come. What stands
   * between special tokens is cut by `piecesOf` text[start, end).
   */
  encode(
    text: string,
    maxTokens: number,
    piecesOf: (start: number, end: number) => Iterable<Token>,
  ): { tokens: Token[]; truncated: boolean } {
    const room = Math.max(0, maxTokens - this.#before.length - this.#after.length);
    const own: Token[] = [];
    for (const token of this.#tokens(text, piecesOf)) {
      own.push(token);
      if (own.length > room) break;
    }
    const tokens = [...this.#before, ...own.slice(0, room), ...this.#after].map((token) => ({ ...token }));
    return { tokens, truncated: own.length > room };
  }

  *#tokens(text: string, piecesOf: (start: number, end: number) => Iterable<Token>): Generator<Token> {
    let start = 0;
    const matches = this.#pattern === undefined ? [] : text.matchAll(this.#pattern);
    for (const match of matches) {
      yield* piecesOf(start, match.index);
      const [content] = match;
      start = match.index + content.length;
      yield { id: this.#ids.get(content) as number, text: content, start: match.index, end: start };
    }
    yield* piecesOf(start, text.length);
  }
}
