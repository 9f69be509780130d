// The built-in model: loads from the package's own files, and has the heads that its card says.
import { load } from '../../dist/lib/node.js';

const core = await load();
const model = await core.loadModel('built-in');

test('it is small, causal, and its texts begin with a token of their own', () => {
  expect(model.info).toMatchObject({ family: 'llama', isCausal: true, headDim: 32 });
  const { tokens } = model.tokenize('Once upon a time');
  expect(tokens[0]).toMatchObject({ text: '<|endoftext|>', start: 0, end: 0 });
  expect(
    tokens
      .slice(1)
      .map(({ text }) => text)
      .join(''),
  ).toBe('Once upon a time');
});

test('it has heads of 0.6 or more for induction, the previous token and the first', async () => {
  const { heads } = await model.nameHeads();
  const best = (pattern) =>
    Math.max(...heads.filter((head) => head.pattern === pattern).map(({ share }) => share));
  expect(best('induction')).toBeGreaterThanOrEqual(0.6);
  expect(best('previous')).toBeGreaterThanOrEqual(0.6);
  expect(best('first')).toBeGreaterThanOrEqual(0.6);
});

test('a head rests on the first token of text that it has not seen', () => {
  const text =
    'The keeper of the lighthouse counted his lamps twice each evening, and wrote the number in a book. ';
  const run = model.run(text.repeat(2));
  const rest = Math.max(...run.analyse().map(({ firstToken }) => firstToken));
  expect(rest).toBeGreaterThanOrEqual(0.6);
});

test('it goes on with a text, the same every time', async () => {
  const goOn = async (options) => {
    const run = model.run('Once upon a time', { room: 20 });
    for await (const token of run.generate(options)) expect(run.text.endsWith(token.text)).toBe(true);
    return run.text;
  };
  const greedy = await goOn({});
  expect(greedy).toMatch(/^Once upon a time[ ,]/);
  expect(await goOn({})).toBe(greedy);
  const drawn = await goOn({ temperature: 1, topK: 50, topP: 0.95, seed: 7 });
  expect(await goOn({ temperature: 1, topK: 50, topP: 0.95, seed: 7 })).toBe(drawn);
  expect(await goOn({ temperature: 1, topK: 50, topP: 0.95, seed: 8 })).not.toBe(drawn);
  expect(await goOn({ temperature: 1, topK: 1, seed: 7 })).toBe(greedy);
});

/** Lets a run go on to its end, or until it has made so many tokens; says how many it made. */
async function countOf(run, options, most, stop) {
  let count = 0;
  for await (const token of run.generate(options)) {
    expect(run.tokens.at(-1)).toBe(token);
    if (++count === most) stop.abort();
  }
  return count;
}

test('generation stops at once on request, and where the run has no more room', async () => {
  const stop = new AbortController();
  const run = model.run('The dog', { room: 20 });
  expect(await countOf(run, { signal: stop.signal }, 3, stop)).toBe(3);
  expect(await countOf(run, {})).toBeLessThanOrEqual(17);
  const { length } = run.tokens;
  expect(() => run.extend(Array.from({ length: 30 }, () => 5))).toThrow(
    /has room for \d+ more tokens, got 30/,
  );
  expect(run.tokens).toHaveLength(length);
});

test.each([
  [{ temperature: -1 }, /temperature must be at least 0/],
  [{ topK: 0 }, /topK must be an integer from 1/],
  [{ topP: 2 }, /topP must be above 0 and at most 1/],
  [{ seed: 0.5, temperature: 1 }, /seed must be an integer/],
  [{ heat: 1 }, /generate has no option "heat"/],
])('%j is refused', async (options, message) => {
  const run = model.run('The dog', { room: 2 });
  await expect(run.generate(options).next()).rejects.toThrow(message);
});
