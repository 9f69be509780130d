import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import { ROOT, StepError } from './setup/step.mjs';

/** What a page downloads before its first result, in bytes of gzip at most: its entries, what they import, the rest. */
const BUDGETS = [
  { what: 'the first attention result', entries: ['index.js'], rest: ['core.simd.wasm'], most: 45 * 1024 },
  {
    what: 'the first map of an element',
    entries: ['element.js', 'engine.js'],
    later: ['trace', 'read_trace'],
    rest: ['element.css', 'core.simd.wasm'],
    most: 60 * 1024,
  },
];

/** The entries and all that they import at once. */
function withImports(entries) {
  const files = new Set(entries);
  for (const file of files) {
    const code = readFileSync(`${ROOT}dist/lib/${file}`, 'utf8');
    for (const [, imported] of code.matchAll(/(?:from|import)\s*["`]\.\/([^"`]+\.js)["`]/g))
      files.add(imported);
  }
  return files;
}

/** The files that they import later under the given names. */
function laterFiles(files, names) {
  const code = [...files].map((file) => readFileSync(`${ROOT}dist/lib/${file}`, 'utf8')).join('\n');
  return names.map((name) => new RegExp(`import\\(["\`]\\./(${name}-[^"\`]+\\.js)`).exec(code)[1]);
}

export function checkSize() {
  for (const { what, entries, later = [], rest, most } of BUDGETS) {
    let total = 0;
    const first = withImports(entries);
    for (const file of [...withImports([...first, ...laterFiles(first, later)]), ...rest]) {
      const bytes = gzipSync(readFileSync(`${ROOT}dist/lib/${file}`), { level: 9 }).length;
      total += bytes;
      console.log(`  ${file}: ${bytes} bytes gzip`);
    }
    console.log(`  before ${what} ${total} of ${most}`);
    if (total > most)
      throw new StepError(`The download before ${what} is ${total} bytes gzip, over its ${most}.`);
  }
}
