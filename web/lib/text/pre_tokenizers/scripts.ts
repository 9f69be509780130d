import { afterCharacter, type PlacedText } from '../placed_text.js';
import { scriptless } from '../unicode/classes.js';

/** Unicode's scripts by their short names, those of the Rust library's table. */
const SCRIPTS =
  'Adlm Aghb Ahom Arab Armi Armn Avst Bali Bamu Bass Batk Beng Bhks Bopo Brah Brai Bugi Buhd Cakm Cans Cari Cham Cher ' +
  'Copt Cprt Cyrl Deva Dsrt Dupl Egyp Elba Ethi Geor Glag Goth Gran Grek Gujr Guru Hang Hani Hano Hatr Hebr Hira Hluw ' +
  'Hmng Hung Ital Java Kali Kana Khar Khmr Khoj Knda Kthi Lana Laoo Latn Lepc Limb Lina Linb Lisu Lyci Lydi Mahj Mand ' +
  'Mani Marc Mend Merc Mero Mlym Modi Mong Mroo Mtei Mult Mymr Narb Nbat Newa Nkoo Ogam Olck Orkh Orya Osge Osma Palm ' +
  'Pauc Perm Phag Phli Phlp Phnx Plrd Prti Rjng Runr Samr Sarb Saur Sgnw Shaw Shrd Sidd Sind Sinh Sora Sund Sylo Syrc ' +
  'Tagb Takr Tale Talu Taml Tang Tavt Telu Tfng Tglg Thaa Thai Tibt Tirh Ugar Vaii Wara Xpeo Xsux Yiii Zinh Zyyy';

/** Arabic's letter mark, which was of no script when the library's table was made. */
const LETTER_MARK = 0x61c;

let expressions: [name: string, expression: RegExp][] | undefined;
const known = new Map<number, string | undefined>();

/** The script of a character, Japanese ones as one with Han; none for a space and what has none. */
function scriptOf(code: number): string | undefined {
  if (known.has(code)) return known.get(code);
  if (scriptless().has(code)) return undefined;
  expressions ??= SCRIPTS.split(' ').map((name) => [name, new RegExp(`^\\p{Script=${name}}$`, 'u')]);
  const character = String.fromCodePoint(code);
  const [name] = expressions.find(([, expression]) => expression.test(character)) ?? [];
  const isJapanese = name === 'Hira' || name === 'Kana' || code === 0x30fc;
  const script = isJapanese ? 'Hani' : code === LETTER_MARK ? 'Zyyy' : name;
  known.set(code, script);
  return script;
}

/** Cuts where one script follows another; what comes before the first of them falls away, as in the Rust library. */
export function splitAtScripts(text: PlacedText): PlacedText[] {
  const { text: whole } = text;
  const pieces: PlacedText[] = [];
  let last: string | undefined;
  let start = whole.length;
  for (let at = 0; at < whole.length; at = afterCharacter(whole, at)) {
    const script = scriptOf(whole.codePointAt(at) as number);
    if (script === undefined) continue;
    if (last !== undefined && script !== last) pieces.push(text.slice(start, at));
    if (script !== last) start = at;
    last = script;
  }
  if (start < whole.length) pieces.push(text.slice(start, whole.length));
  return pieces;
}
