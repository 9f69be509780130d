// Every entry of the interface has an example, and every example prints what its comments say.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

import { readEntries } from '../../tools/site/docs_page.mjs';
import { readReference } from '../../tools/site/reference.mjs';
import { write } from '../../web/docs/docs.js';

const EXAMPLES = new URL('../../web/docs/examples/', import.meta.url);
const files = readdirSync(EXAMPLES);
const codeOf = (file) => readFileSync(new URL(file, EXAMPLES), 'utf8');
const reference = readReference();
const entries = readEntries();

test.each(files)('%s prints what it says', async (file) => {
  const code = codeOf(file);
  // As a person's own file would be: beside nothing but the package.
  const own = new URL(`../../dist/example-${file}`, import.meta.url);
  writeFileSync(own, code.replace("'attention-head'", "'./lib/node.js'"));
  const printed = [];
  try {
    const { example } = await import(own.href);
    await example((...values) => printed.push(values.map(write).join(' ')));
  } finally {
    rmSync(own);
  }
  expect(printed).toEqual([...code.matchAll(/^\s*\/\/ → ?(.*)$/gm)].map(([, line]) => line));
});

test('every example is in the documentation, and every entry has one', () => {
  expect(entries.map(({ example }) => `${example}.js`).sort()).toEqual([...files].sort());
  for (const { members } of entries) for (const name of members) expect(reference.has(name)).toBe(true);
});

test('every public member is used by an example', () => {
  const all = files.map(codeOf).join('\n');
  const members = [...reference.keys()].filter(
    (name) => name.includes('.') && !name.startsWith('AttentionError.'),
  );
  expect(members.length).toBeGreaterThan(70);
  const missing = members.filter((name) => !new RegExp(`\\b${name.split('.')[1]}\\b`).test(all));
  expect(missing).toEqual([]);
});

test('every exported name is in the documentation', () => {
  const told = new Set(entries.flatMap(({ members }) => members.map((name) => name.split('.')[0])));
  const names = [...reference.keys()].filter((name) => !name.includes('.'));
  const words =
    JSON.stringify(entries) +
    files.map(codeOf).join('\n') +
    [...reference.values()].map(({ code }) => code).join('\n');
  const missing = names.filter((name) => !told.has(name) && !new RegExp(`\\b${name}\\b`).test(words));
  expect(missing).toEqual([]);
});
