// Tokens and their places in the text against transformers' AutoTokenizer, over 3,000 random Unicode strings.
import { load } from '../../dist/lib/node.js';
import { readGolden } from './helpers/golden.js';
import { miniLM } from './helpers/model_files.js';

/**
 * Strings whose ids differ. Python's tokenizer has the character classes of Unicode 8, a JavaScript engine those of
 * its own Unicode: such strings hold a character that came, or changed its class, later.
 */
const DIFFERENT = {
  'a mark (U+1DF6, U+A8C5, U+11C3F, U+1E000, U+1E944), which Python keeps': [
    97, 581, 685, 792, 1225, 1262, 1322, 1443, 1606, 2758, 2909,
  ],
  'punctuation (U+2E43, U+1144B, U+11C41, U+1E95E), at which Python does not split': [
    69, 283, 628, 720, 1359, 2651,
  ],
  'the format character U+08E2, which Python keeps': [1330, 2706, 2921],
  'U+166D, which was punctuation until Unicode 12': [1677],
};

test('ids and UTF-16 offsets are those of the Python library, but for the strings that are listed', async () => {
  const model = await (await load()).loadModel(miniLM());
  const strings = readGolden('minilm_offsets.json.gz');
  expect(strings).toHaveLength(3000);
  const different = [];
  strings.forEach(({ text, ids, offsets }, i) => {
    const { tokens, truncated } = model.tokenize(text);
    expect(truncated).toBe(false);
    if (JSON.stringify(tokens.map(({ id }) => id)) !== JSON.stringify(ids)) {
      different.push(i);
      return;
    }
    const places = tokens.map(({ start, end }) => [start, end]);
    expect({ i, text, offsets: places }).toEqual({ i, text, offsets });
    const pieces = offsets.slice(1, -1).map(([start, end]) => text.slice(start, end));
    expect(tokens.slice(1, -1).map((token) => token.text)).toEqual(pieces);
  });
  const listed = Object.values(DIFFERENT).flat();
  expect(different).toEqual(listed.sort((a, b) => a - b));
}, 60_000);
