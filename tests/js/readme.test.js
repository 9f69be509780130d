// The README's example runs as printed.
import { readFileSync, writeFileSync, rmSync } from 'node:fs';

import { jest } from '@jest/globals';

test('the example prints the second token’s weights', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const example = readme.match(/```js\n([\s\S]*?)```/)[1];
  const file = new URL('./readme_example.tmp.mjs', import.meta.url);
  writeFileSync(file, example.replace("'attention-head'", "'../../dist/lib/node.js'"));
  const log = jest.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await import(file.href);
    const [weights] = log.mock.calls[0];
    const share = Math.exp(Math.SQRT1_2) / (1 + Math.exp(Math.SQRT1_2));
    expect(weights[0]).toBeCloseTo(1 - share, 6);
    expect(weights[1]).toBeCloseTo(share, 6);
    expect(weights[2]).toBe(0);
  } finally {
    log.mockRestore();
    rmSync(file);
  }
});
