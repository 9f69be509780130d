import { describe } from '../../arguments.js';
import { AttentionError } from '../../errors.js';
import {
  casesOf,
  complement,
  inAnyCase,
  intersection,
  literal,
  sourceOf,
  union,
  type CharacterClass,
} from './character_class.js';
import { posixClass, propertyClass, SHORTHANDS, WORD_ALONE } from './properties.js';

/** What `(?imx)` switches. */
interface Switches {
  /** Whether case is of no matter. */
  i: boolean;
  /** Whether a dot takes line feeds. */
  m: boolean;
  /** Whether white space and comments in the pattern are passed over. */
  x: boolean;
}

const CONTROLS: Readonly<Record<string, number>> = {
  t: 0x09,
  n: 0x0a,
  v: 0x0b,
  f: 0x0c,
  r: 0x0d,
  a: 0x07,
  e: 0x1b,
};

const WORD = sourceOf(WORD_ALONE);
const BOUNDARY = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;

/** Escapes that stand for a place, or for one of several spellings. */
const PLACES: Readonly<Record<string, string>> = {
  A: '(?<![\\s\\S])',
  z: '(?![\\s\\S])',
  Z: '(?=\\n?(?![\\s\\S]))',
  b: BOUNDARY,
  B: `(?!${BOUNDARY})`,
  R: '(?:\\r\\n|[\\n-\\r\\x85\\u2028\\u2029])',
};

/** At the beginning of every line but an empty last one. */
const LINE_BEGINS = '(?:(?<![\\s\\S])|(?<=\\n)(?=[\\s\\S]))';
const LINE_ENDS = '(?![^\\n])';

/** Letters that are another's two or three in any case, which only their folds in full tell. */
const JOINED: Readonly<Record<string, string>> = {
  ffi: 'ﬃ',
  ffl: 'ﬄ',
  ff: 'ﬀ',
  fi: 'ﬁ',
  fl: 'ﬂ',
  ss: 'ßẞ',
  st: 'ﬅﬆ',
};

/** How deep groups and classes may lie in each other. */
const MOST_DEPTH = 200;

/** What one piece of a pattern became. */
interface Piece {
  source: string;
  /** The character, where it is one that stands for itself. */
  code?: number;
  /** Whether it takes no characters. */
  isPlace?: boolean;
}

/** Reads a pattern of Oniguruma, the regular expressions of the Rust library, and writes it as JavaScript's. */
class Translation {
  readonly #pattern: string;
  #at = 0;
  #depth = 0;
  #groups = 0;
  /** How many groups of its own the pattern has had, and the names of those that are asked for again. */
  readonly #captures: string[] = [];
  readonly #hasReferences: boolean;
  readonly #hasNames: boolean;

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#hasReferences = /\\[1-9k]/.test(pattern);
    this.#hasNames = /\(\?<[^=!]/.test(pattern);
  }

  translate(): string {
    const source = this.#choice({ i: false, m: false, x: false });
    if (this.#at < this.#pattern.length) throw this.#refuse('")" without "("');
    return source;
  }

  #refuse(what: string): AttentionError {
    return new AttentionError(
      'file-format',
      `tokenizer.json: the pattern ${describe(this.#pattern)} has ${what}, which isn't supported.`,
    );
  }

  #peek(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#peek(text)) return false;
    this.#at += text.length;
    return true;
  }

  /** What a sticky expression matches here. */
  #match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#pattern);
    if (found !== null) this.#at = expression.lastIndex;
    return found;
  }

  #nextCode(): number {
    const code = this.#pattern.codePointAt(this.#at);
    if (code === undefined) throw this.#refuse('an end that is cut off');
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }

  #choice(switches: Switches): string {
    if (++this.#depth > MOST_DEPTH) throw this.#refuse('groups too deep in each other');
    const own = { ...switches };
    const options = [this.#sequence(own)];
    while (this.#take('|')) options.push(this.#sequence(own));
    this.#depth -= 1;
    return options.join('|');
  }

  #sequence(switches: Switches): string {
    const pieces: Piece[] = [];
    while (this.#at < this.#pattern.length && !this.#peek('|') && !this.#peek(')')) {
      if (switches.x && this.#match(/\s+|#[^\n]*/y) !== null) continue;
      if (this.#match(/\(\?#[^)]*\)/y) !== null) continue;
      // Switches hold for the rest of the group, its other options included.
      if (this.#switch(switches)) {
        pieces.push({ source: `(?:${this.#choice(switches)})` });
        break;
      }
      const piece = this.#piece(switches);
      if (switches.x) this.#match(/\s+/y);
      pieces.push(this.#quantified(piece));
    }
    return switches.i ? joinedInAnyCase(pieces) : pieces.map(({ source }) => source).join('');
  }

  /** `(?i)` and the like, which hold from here on. */
  #switch(switches: Switches): boolean {
    const found = this.#match(/\(\?([imx]*)(?:-([imx]*))?\)/y);
    if (found === null) return false;
    setSwitches(switches, found[1], found[2]);
    return true;
  }

  #piece(switches: Switches): Piece {
    if (this.#take('[')) return { source: sourceOf(this.#set(switches)) };
    if (this.#take('(')) return this.#group(switches);
    if (this.#take('\\')) return this.#escape(switches);
    if (this.#take('.')) return { source: switches.m ? '[\\s\\S]' : '[^\\n]' };
    if (this.#take('^')) return { source: LINE_BEGINS, isPlace: true };
    if (this.#take('$')) return { source: LINE_ENDS, isPlace: true };
    if (this.#match(/[*+?]/y) !== null) throw this.#refuse('a repetition of nothing');
    return character(this.#nextCode(), switches);
  }

  #quantified(piece: Piece): Piece {
    let whole = piece;
    for (;;) {
      const found = this.#match(/[*+?]|\{(\d*)(,?)(\d*)\}/y);
      if (found === null) return whole;
      const [text, least, comma, most] = found;
      if (text.startsWith('{')) {
        if (least === '' && most === '') {
          this.#at -= text.length;
          return whole;
        }
        const counts = comma === '' ? least : `${least === '' ? 0 : least},${most}`;
        const isLazy = comma !== '' && this.#take('?');
        whole = { source: `${asOne(whole)}{${counts}}${isLazy ? '?' : ''}` };
      } else if (this.#take('+')) {
        whole = { source: this.#atomic(`${asOne(whole)}${text}`) };
      } else {
        whole = { source: `${asOne(whole)}${text}${this.#take('?') ? '?' : ''}` };
      }
    }
  }

  /** An expression that, once it has matched, isn't tried another way. */
  #atomic(source: string): string {
    const name = `a${++this.#groups}`;
    return `(?:(?=(?<${name}>${source}))\\k<${name}>)`;
  }

  #group(switches: Switches): Piece {
    const look = this.#match(/\?<?[=!]/y);
    if (look !== null) return { source: `(${look[0]}${this.#rest(switches)})`, isPlace: true };
    if (this.#take('?:')) return { source: `(?:${this.#rest(switches)})` };
    if (this.#take('?>')) return { source: this.#atomic(this.#rest(switches)) };
    const named = this.#match(/\?<([A-Za-z_]\w*)>/y);
    if (named !== null) return { source: this.#capture(switches, named[1] as string) };
    const found = this.#match(/\?([imx]*)(?:-([imx]*))?:/y);
    if (found !== null) {
      const own = { ...switches };
      setSwitches(own, found[1], found[2]);
      return { source: `(?:${this.#rest(own)})` };
    }
    if (this.#peek('?')) throw this.#refuse(`"(${this.#pattern.slice(this.#at, this.#at + 2)}"`);
    if (this.#peek('*')) throw this.#refuse('"(*"');
    return { source: this.#hasNames ? `(?:${this.#rest(switches)})` : this.#capture(switches) };
  }

  #capture(switches: Switches, name?: string): string {
    const own = name ?? String(this.#captures.length + 1);
    this.#captures.push(own);
    const group = this.#hasReferences ? `?<c${own}>` : '?:';
    return `(${group}${this.#rest(switches)})`;
  }

  #reference(name: string): Piece {
    if (!this.#captures.includes(name)) throw this.#refuse(`a reference to the group ${name}`);
    return { source: `\\k<c${name}>` };
  }

  /** The inside of a group, and its end. */
  #rest(switches: Switches): string {
    const source = this.#choice(switches);
    if (!this.#take(')')) throw this.#refuse('"(" without ")"');
    return source;
  }

  #escape(switches: Switches): Piece {
    const place = this.#match(/[AzZbBR]/y);
    if (place !== null) {
      return { source: PLACES[place[0]] as string, isPlace: place[0] !== 'R' };
    }
    if (this.#take('w')) return { source: WORD };
    if (this.#take('W')) return { source: sourceOf(complement(WORD_ALONE)) };
    if (this.#take('N')) return { source: '[^\\n]' };
    if (this.#take('O')) return { source: '[\\s\\S]' };
    const named = this.#match(/k<([A-Za-z_]\w*|[1-9]\d*)>/y);
    if (named !== null) return this.#reference(named[1] as string);
    const numbered = this.#match(/[1-9]\d*/y);
    if (numbered !== null) {
      const [number] = numbered;
      if (number.length === 1 || Number(number) <= this.#captures.length) return this.#reference(number);
      this.#at -= number.length;
    }
    // A class by itself has the case that it has, whatever the switch says.
    const set = this.#escapedClass();
    if (set !== undefined) return { source: sourceOf(set) };
    return character(this.#escapedCode(), switches);
  }

  /** `\s`, `\p{…}` and the like, behind the backslash. */
  #escapedClass(): CharacterClass | undefined {
    const short = this.#match(/[sSdDwWhH]/y);
    if (short !== null) return SHORTHANDS[short[0]] as CharacterClass;
    const found = this.#match(/([pP])\{(\^?)([^}]*)\}/y);
    if (found === null) return undefined;
    const [text, letter, caret, name] = found;
    const set = propertyClass(name as string, (letter === 'P') !== (caret === '^'));
    if (set === undefined) throw this.#refuse(`"\\${text}"`);
    return set;
  }

  /** The character that an escape stands for, behind the backslash. */
  #escapedCode(): number {
    const hexadecimal =
      this.#match(/x\{([0-9A-Fa-f]{1,8})\}/y) ??
      this.#match(/x([0-9A-Fa-f]{1,2})/y) ??
      this.#match(/u([0-9A-Fa-f]{4})/y);
    if (hexadecimal !== null) return this.#codeOf(Number.parseInt(hexadecimal[1] as string, 16));
    const octal = this.#match(/[0-7]{1,3}/y);
    if (octal !== null) return Number.parseInt(octal[0], 8);
    const control = this.#match(/[tnvfrae]/y);
    if (control !== null) return CONTROLS[control[0]] as number;
    const letter = this.#match(/[A-Za-z0-9]/y);
    if (letter !== null) throw this.#refuse(`"\\${letter[0]}"`);
    return this.#nextCode();
  }

  #codeOf(code: number): number {
    if (code > 0x10ffff) throw this.#refuse(`a character of number ${code}`);
    return code;
  }

  /** A class behind its "[". */
  #set(switches: Switches): CharacterClass {
    if (++this.#depth > MOST_DEPTH) throw this.#refuse('classes too deep in each other');
    const isNegated = this.#take('^');
    let whole: CharacterClass | undefined;
    let items: CharacterClass[] = [];
    let isFirst = true;
    while (isFirst || !this.#peek(']')) {
      if (this.#take('&&')) {
        whole = whole === undefined ? union(items) : intersection(whole, union(items));
        items = [];
      } else {
        items.push(this.#setItem(switches));
      }
      isFirst = false;
    }
    this.#take(']');
    this.#depth -= 1;
    const own = union(items);
    const plain = whole === undefined ? own : intersection(whole, own);
    const set = switches.i ? inAnyCase(plain) : plain;
    return isNegated ? complement(set) : set;
  }

  #setItem(switches: Switches): CharacterClass {
    const posix = this.#match(/\[:(\^?)([a-z]+):\]/y);
    if (posix !== null) {
      const set = posixClass(posix[2] as string, posix[1] === '^');
      if (set === undefined) throw this.#refuse(`"${posix[0]}"`);
      return set;
    }
    if (this.#take('[')) return this.#set(switches);
    let first: number;
    if (this.#take('\\')) {
      const set = this.#escapedClass();
      if (set !== undefined) return set;
      first = this.#setCode();
    } else {
      first = this.#nextCode();
    }
    const isRange = this.#peek('-') && !this.#peek('-]') && !this.#peek('-&&') && !this.#peek('-[');
    if (!isRange) return { inside: literal(first) };
    this.#take('-');
    const last = this.#take('\\') ? this.#setCode() : this.#nextCode();
    if (last < first) throw this.#refuse('a range that ends before it begins');
    return { inside: `${literal(first)}-${literal(last)}` };
  }

  #setCode(): number {
    return this.#take('b') ? 0x08 : this.#escapedCode();
  }
}

function setSwitches(switches: Switches, on = '', off = ''): void {
  for (const name of on) switches[name as keyof Switches] = true;
  for (const name of off) switches[name as keyof Switches] = false;
}

function character(code: number, { i }: Switches): Piece {
  const cases = i ? casesOf(code) : [code];
  const source = cases.length === 1 ? literal(code) : `[${cases.map(literal).join('')}]`;
  return { source, code };
}

/** A piece as what a repetition takes. */
function asOne({ source, code, isPlace }: Piece): string {
  return code !== undefined || (!isPlace && /^\[(?:[^\]\\]|\\.)*\]$/.test(source)) ? source : `(?:${source})`;
}

/** Pieces of any case, where two letters may also be one that joins them. */
function joinedInAnyCase(pieces: readonly Piece[]): string {
  let whole = '';
  for (let i = 0; i < pieces.length; ++i) {
    const { source, code } = pieces[i] as Piece;
    const joined = Object.entries(JOINED).find(([letters, joins]) => {
      const run = pieces.slice(i, i + letters.length).map((piece) => piece.code);
      const isRun = [...letters].every((letter, k) => letter.codePointAt(0) === lowerOf(run[k]));
      return isRun || (code !== undefined && joins.includes(String.fromCodePoint(code)));
    });
    if (joined === undefined) {
      whole += source;
      continue;
    }
    const [letters, joins] = joined;
    const isJoin = code !== undefined && joins.includes(String.fromCodePoint(code));
    const apart = Array.from(letters, (letter) => {
      const cases = casesOf(letter.codePointAt(0) as number);
      return `[${cases.map(literal).join('')}]`;
    });
    whole += `(?:${apart.join('')}|[${joins}])`;
    if (!isJoin) i += letters.length - 1;
  }
  return whole;
}

const lowerOf = (code: number | undefined) =>
  code === undefined ? undefined : String.fromCodePoint(code).toLowerCase().codePointAt(0);

/** How long a pattern may be, in characters. */
const MOST_LENGTH = 100_000;

/**
 * A pattern of the Rust library as JavaScript's. Both try what is on the left first; what differs is spelt out, and
 * what can't be is refused.
 *
 * @throws AttentionError `file-format` naming what can't be said
 */
export function translatePattern(pattern: string): RegExp {
  const refuse = (what: string) =>
    new AttentionError('file-format', `tokenizer.json: the pattern ${describe(pattern)} ${what}.`);
  if (pattern.length > MOST_LENGTH) throw refuse(`must be of at most ${MOST_LENGTH} characters`);
  const source = new Translation(pattern).translate();
  try {
    return new RegExp(source, 'gu');
  } catch {
    throw refuse("isn't a regular expression");
  }
}
