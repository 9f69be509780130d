import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { ROOT, StepError } from './setup/step.mjs';

const BUDGET = 45 * 1024;

/** What a page downloads before its first attention result: the entry, what it imports, and the program. */
export function checkSize() {
  const files = new Set(['index.js']);
  for (const file of files) {
    const code = readFileSync(`${ROOT}dist/lib/${file}`, 'utf8');
    for (const [, imported] of code.matchAll(/from\s*"\.\/([^"]+\.js)"/g)) files.add(imported);
  }
  files.add('core.simd.wasm');
  let total = 0;
  for (const file of files) {
    const bytes = gzipSync(readFileSync(`${ROOT}dist/lib/${file}`), { level: 9 }).length;
    total += bytes;
    console.log(`  ${file}: ${bytes} bytes gzip`);
  }
  console.log(`  in all ${total} of ${BUDGET}`);
  if (total > BUDGET)
    throw new StepError(`The first download is ${total} bytes gzip, over its budget of ${BUDGET}.`);
}
