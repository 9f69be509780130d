// Tokens and their places in the text against transformers' AutoTokenizer, over 3,000 random Unicode strings.
import { load } from '../../dist/lib/node.js';
import { readGolden } from './helpers/golden.js';
import { miniLM } from './helpers/model_files.js';

test('ids and UTF-16 offsets are those of the Python library', async () => {
  const model = await (await load()).loadModel(miniLM());
  const strings = readGolden('minilm_offsets.json.gz');
  expect(strings).toHaveLength(3000);
  strings.forEach(({ text, ids, offsets }, i) => {
    const { tokens, truncated } = model.tokenize(text);
    expect(truncated).toBe(false);
    const own = tokens.map(({ id }) => id);
    const places = tokens.map(({ start, end }) => [start, end]);
    expect({ i, text, ids: own, offsets: places }).toEqual({ i, text, ids, offsets });
    const pieces = offsets.slice(1, -1).map(([start, end]) => text.slice(start, end));
    expect(tokens.slice(1, -1).map((token) => token.text)).toEqual(pieces);
  });
}, 60_000);
