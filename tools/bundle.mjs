import { copyFileSync, readFileSync, rmSync } from 'node:fs';

import { build as esbuild } from 'esbuild';

import { ROOT, run, StepError } from './setup/step.mjs';

const VARIANTS = ['simd', 'relaxed'];

/** Bundles web/lib with Emscripten's glue into dist/lib, and puts the programs and the types beside it. */
export async function bundlePackage() {
  const [glue, otherGlue] = VARIANTS.map((variant) =>
    readFileSync(`${ROOT}build/wasm-${variant}/core.mjs`, 'utf8'),
  );
  if (glue !== otherGlue) {
    throw new StepError('The two programs need different glue, but one is shipped: build both the same way.');
  }
  rmSync(`${ROOT}dist`, { recursive: true, force: true });
  const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
  await esbuild({
    absWorkingDir: ROOT,
    entryPoints: ['web/lib/index.ts', 'web/lib/node.ts'],
    outdir: 'dist/lib',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    external: ['node:*'],
    target: 'es2022',
    minify: true,
    sourcemap: true,
    define: { PACKAGE_VERSION: JSON.stringify(version) },
    alias: { '#glue/core': `${ROOT}build/wasm-simd/core.mjs` },
    logLevel: 'warning',
  });
  run(`${ROOT}node_modules/.bin/tsc`, []);
  for (const variant of VARIANTS) {
    copyFileSync(`${ROOT}build/wasm-${variant}/core.wasm`, `${ROOT}dist/lib/core.${variant}.wasm`);
  }
}
