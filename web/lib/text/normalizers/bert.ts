import type { Change } from '../placed_text.js';
import { bertAccents, bertDropped, isAscii } from '../unicode/classes.js';
import { lowercased, without, withPlainSpaces } from './characters.js';
import { inNormalForm } from './normal_form.js';
import type { Normalizer } from './normalizer.js';

/** What BertNormalizer does (Devlin et al. 2019, tokenization.py). */
export interface BertSettings {
  /** Drops control characters, and makes all white space plain. */
  cleanText: boolean;
  /** Sets CJK ideographs apart by spaces. */
  handleChineseChars: boolean;
  stripAccents: boolean;
  lowercase: boolean;
}

/** The blocks of ideographs, first and last; Unicode has more, which BERT knows nothing of. */
const IDEOGRAPHS: readonly (readonly [number, number])[] = [
  [0x4e00, 0x9fff],
  [0x3400, 0x4dbf],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2b73f],
  [0x2b740, 0x2b81f],
  [0x2b920, 0x2ceaf],
  [0xf900, 0xfaff],
  [0x2f800, 0x2fa1f],
];

function isIdeograph(code: number): boolean {
  return code >= 0x3400 && IDEOGRAPHS.some(([first, last]) => code >= first && code <= last);
}

const MAY_BE_IDEOGRAPHS = /[\u3400-\ufaff\u{20000}-\u{2fa1f}]/u;

function* setApart(text: string): Generator<Change> {
  for (const character of text) {
    if (!isIdeograph(character.codePointAt(0) as number)) {
      yield { character, change: 0 };
      continue;
    }
    yield { character: ' ', change: 0 };
    yield { character, change: 1 };
    yield { character: ' ', change: 1 };
  }
}

/** Characters of ASCII that nothing but a change of case happens to. */
const PLAIN = /^[ -~\t\n\r]*$/;

export function createBertNormalizer(settings: BertSettings): Normalizer {
  const { cleanText, handleChineseChars, stripAccents, lowercase } = settings;
  return (text) => {
    let made = text;
    if (cleanText) {
      if (!PLAIN.test(made.text)) made = without(made, (code) => bertDropped().has(code));
      made = withPlainSpaces(made);
    }
    if (!isAscii(made.text)) {
      if (handleChineseChars && MAY_BE_IDEOGRAPHS.test(made.text)) made = made.changed(setApart(made.text));
      if (stripAccents) made = without(inNormalForm(made, 'NFD'), (code) => bertAccents().has(code));
    }
    return lowercase ? lowercased(made) : made;
  };
}
