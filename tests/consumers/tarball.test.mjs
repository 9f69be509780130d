// The packed tarball, installed in an empty folder: used from Node, from esbuild and Vite builds, and
// type-checked.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import puppeteer from 'puppeteer-core';
import { build as buildWithVite, preview as previewWithVite } from 'vite';

import { CHROMIUM } from '../../tools/setup/chromium.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'attention-head-'));
const runHere = (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: 'utf8' });
const tool = (name) => join(ROOT, 'node_modules/.bin', name);

const PROGRAM = `
import { load, AttentionError } from 'attention-head';
const core = await load(OPTIONS);
const x = { data: Float32Array.of(1, 0, 0, 1), shape: [1, 2, 2] };
const { output } = core.attend({ query: x, key: x, value: x, isCausal: true });
try {
  core.attend({ query: x, key: x, value: x, isCasual: true } as never);
} catch (error) {
  if (error instanceof AttentionError) {
    console.log(error.code, output.data[0], output.shape.join());
  }
}
`;
const asJavaScript = (options) => PROGRAM.replace(' as never', '').replace('OPTIONS', options);

before(() => {
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: ROOT,
      encoding: 'utf8',
    }),
  );
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  runHere('npm', 'install', '--no-audit', '--no-fund', `./${filename}`);
});
after(() => rmSync(folder, { recursive: true }));

test('Node imports it', () => {
  writeFileSync(join(folder, 'use.js'), asJavaScript(''));
  assert.equal(runHere(process.execPath, 'use.js'), 'unknown-option 1 1,2,2\n');
});

test('the built-in model comes with it', () => {
  const program = `
import { load } from 'attention-head';
const model = await (await load()).loadModel('built-in');
console.log(model.info.family, model.run('Once upon a time').tap('weights', { layer: 0, head: 0 }).shape.length);
`;
  writeFileSync(join(folder, 'built_in.js'), program);
  assert.equal(runHere(process.execPath, 'built_in.js'), 'llama 2\n');
});

test('importing the element where a server renders touches no DOM', () => {
  const program = `import { AttentionHeadElement } from 'attention-head/element'; console.log(typeof AttentionHeadElement);`;
  writeFileSync(join(folder, 'server.js'), program);
  assert.equal(runHere(process.execPath, 'server.js'), 'function\n');
});

test('its manifest describes the tag', () => {
  const program = `import manifest from 'attention-head/custom-elements.json' with { type: 'json' };
  const { tagName, attributes } = manifest.modules[0].declarations.find(({ customElement }) => customElement);
  console.log(tagName, attributes.map(({ name }) => name).join());`;
  writeFileSync(join(folder, 'manifest.js'), program);
  const said = runHere(process.execPath, '--no-warnings', 'manifest.js');
  assert.equal(said, 'attention-head src,text,model,layer,head,query,view\n');
});

for (const [framework, page] of [
  ['React', 'react_page.tsx'],
  ['Vue', 'vue_page.ts'],
]) {
  test(`the tag in a page of ${framework}, built by Vite`, { timeout: 120000 }, async () => {
    const root = mkdtempSync(join(folder, 'page-'));
    cpSync(join(ROOT, 'tests/consumers/frameworks', page), join(root, page));
    writeFileSync(
      join(root, 'index.html'),
      `<title>A page</title><div id="root"></div><script type="module" src="/${page}"></script>`,
    );
    const own = ['react', 'react-dom', 'vue'].map((name) => ({
      find: new RegExp(`^${name}(?=/|$)`),
      replacement: join(ROOT, 'node_modules', name),
    }));
    const config = {
      logLevel: 'error',
      root,
      resolve: { alias: own },
      build: { target: 'es2022' },
      worker: { format: 'es' },
      preview: { port: 0 },
    };
    await buildWithVite(config);
    const preview = await previewWithVite(config);
    const browser = await puppeteer.launch(CHROMIUM);
    try {
      const tab = await browser.newPage();
      await tab.goto(preview.resolvedUrls.local[0]);
      const said = (words) =>
        tab.waitForFunction(
          (expected) =>
            document.querySelector('#head')?.shadowRoot?.querySelector('.sentence')?.textContent === expected,
          { timeout: 30000 },
          words,
        );
      await said('“one” gives 100% of its attention to “one”.');
      await tab.click('button');
      await said('“two” gives 75% of its attention to “two”, 25% to “one”.');
      assert.equal(await tab.$eval('output', (output) => output.textContent), '1');
      await tab.evaluate(() => void (document.querySelector('#head').query = 0));
      await tab.waitForFunction(() => document.querySelector('output').textContent === '0');
    } finally {
      await browser.close();
      await preview.close();
    }
  });
}

test('an esbuild bundle runs, given the bytes of the program', () => {
  const bytes =
    "{ variant: 'simd', wasmBinary: (await import('node:fs')).readFileSync('node_modules/attention-head/dist/lib/core.simd.wasm') }";
  writeFileSync(join(folder, 'bundled.js'), asJavaScript(bytes));
  const flags = ['--bundle', '--format=esm', '--platform=node', '--conditions=browser', '--outfile=out.mjs'];
  runHere(tool('esbuild'), 'bundled.js', ...flags, '--log-level=error');
  assert.equal(runHere(process.execPath, 'out.mjs'), 'unknown-option 1 1,2,2\n');
});

test('its command writes a trace that Node opens', () => {
  const model = join(ROOT, 'tests/golden/tiny_bert/odd_f32');
  const command = [
    '--no-install',
    'attention-head',
    'trace',
    'the cat',
    '-o',
    'cat.safetensors',
    '--model',
    model,
  ];
  assert.match(
    runHere('npx', ...command),
    /^cat\.safetensors: 4 tokens, 2 layers of 3 heads, float(16|32): [^\n]+\n$/,
  );
  const gguf = join(ROOT, 'tests/golden/tiny_decoders/llama/model.gguf');
  const byFile = [...command.slice(0, 4), '-o', 'llama.safetensors', '--model', gguf];
  assert.match(runHere('npx', ...byFile), /^llama\.safetensors: \d+ tokens, 2 layers of 4 heads, /);
  writeFileSync(
    join(folder, 'open.js'),
    `import { readFileSync } from 'node:fs';
    import { load } from 'attention-head';
    const trace = await (await load()).openTrace(readFileSync('cat.safetensors'));
    console.log(trace.tokens.map(({ text }) => text).join(), trace.tap('weights', { layer: 1, head: 2 }).shape.join());`,
  );
  assert.equal(runHere(process.execPath, 'open.js'), '[CLS],the,cat,[SEP] 4,4\n');
});

test('a Vite build finds all programs, runs and loads a model in Chromium', { timeout: 120000 }, async () => {
  writeFileSync(
    join(folder, 'index.html'),
    '<title>waits</title><script type="module" src="/page.js"></script>',
  );
  cpSync(join(ROOT, 'tests/golden/tiny_bert/odd_f32'), join(folder, 'public/tiny'), { recursive: true });
  const title = `const run = (await core.loadModel('/tiny')).run('the cat');
    document.title = [error.code, output.data[0], output.shape, run.tokens.length, run.model].join(' ');`;
  const source = asJavaScript('').replace(/console\.log\(.*\)/, title);
  writeFileSync(join(folder, 'page.js'), source);
  const config = { logLevel: 'error', root: folder, build: { target: 'es2022' }, preview: { port: 0 } };
  await buildWithVite(config);
  const programs = readdirSync(join(folder, 'dist/assets')).filter((file) => file.endsWith('.wasm'));
  assert.equal(programs.length, 4);
  const preview = await previewWithVite(config);
  const browser = await puppeteer.launch(CHROMIUM);
  try {
    const page = await browser.newPage();
    await page.goto(preview.resolvedUrls.local[0]);
    await page.waitForFunction(() => document.title !== 'waits', { polling: 100, timeout: 30000 });
    assert.equal(await page.title(), 'unknown-option 1 1,2,2 4 tiny');
  } finally {
    await browser.close();
    await preview.close();
  }
});

test('its tag has types in JSX', () => {
  cpSync(join(ROOT, 'tests/consumers/frameworks/react_page.tsx'), join(folder, 'page.tsx'));
  const wrong = '<attention-head layer="two" />;';
  writeFileSync(join(folder, 'wrong_page.tsx'), `import type {} from 'attention-head/jsx';\n${wrong}`);
  const flags = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--jsx',
    'react-jsx',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom',
  ];
  const check = (...files) =>
    runHere(tool('tsc'), ...flags, '--module', 'esnext', '--moduleResolution', 'bundler', ...files);
  cpSync(join(ROOT, 'node_modules/@types/react'), join(folder, 'node_modules/@types/react'), {
    recursive: true,
  });
  for (const name of ['react', 'react-dom', 'csstype']) {
    cpSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
  }
  writeFileSync(
    join(folder, 'client.d.ts'),
    "declare module 'react-dom/client' { export function createRoot(root: Element): { render(node: unknown): void }; }",
  );
  check('page.tsx', 'client.d.ts');
  assert.throws(() => check('wrong_page.tsx'));
});

for (const [module, resolution] of [
  ['esnext', 'bundler'],
  ['node16', 'node16'],
]) {
  test(`its types check under ${resolution} resolution`, () => {
    writeFileSync(join(folder, 'use.ts'), PROGRAM.replace('OPTIONS', ''));
    const flags = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom'];
    runHere(tool('tsc'), ...flags, '--module', module, '--moduleResolution', resolution, 'use.ts');
    writeFileSync(join(folder, 'wrong.ts'), PROGRAM.replace('OPTIONS', "{ variant: 'fast' }"));
    assert.throws(() =>
      runHere(tool('tsc'), ...flags, '--module', module, '--moduleResolution', resolution, 'wrong.ts'),
    );
  });
}
