/** Texts, which stay as they are, and the numbers that Python writes and JSON doesn't have. */
const PYTHON_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?Infinity|NaN/g;
/** What stands for NaN until the JSON is read; no file has such a text by chance. */
const NOT_A_NUMBER = '\u0001not a number\u0001';

/**
 * JSON, also as Python's json module writes it: with NaN, Infinity and -Infinity.
 *
 * @throws SyntaxError where it is neither
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    let found = 0;
    const plain = text.replace(PYTHON_NUMBER, (match) => {
      if (match.startsWith('"')) return match;
      ++found;
      // Beyond the largest number, which is how JSON can say infinity.
      if (match !== 'NaN') return match.replace('Infinity', '1e999');
      return JSON.stringify(NOT_A_NUMBER);
    });
    if (found === 0) throw error;
    return JSON.parse(plain, (_key, value: unknown) => (value === NOT_A_NUMBER ? NaN : value)) as unknown;
  }
}
