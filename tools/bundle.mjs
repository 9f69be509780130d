import { copyFileSync, readFileSync, rmSync } from 'node:fs';

import { build as esbuild } from 'esbuild';

import { ROOT, run, StepError } from './setup/step.mjs';

const PROGRAMS = ['core', 'full'];
const VARIANTS = ['simd', 'relaxed'];

export const PROGRAM_FILES = PROGRAMS.flatMap((program) =>
  VARIANTS.map((variant) => `${program}.${variant}.wasm`),
);

/** How esbuild bundles what imports web/lib. */
export function bundleOptions() {
  const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
  return {
    absWorkingDir: ROOT,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    external: ['node:*'],
    target: 'es2022',
    minify: true,
    sourcemap: true,
    define: { PACKAGE_VERSION: JSON.stringify(version) },
    alias: Object.fromEntries(
      PROGRAMS.map((program) => [`#glue/${program}`, `${ROOT}build/wasm-simd/${program}.mjs`]),
    ),
    logLevel: 'warning',
  };
}

/** Bundles web/lib with Emscripten's glue into dist/lib, and puts the programs and the types beside it. */
export async function bundlePackage() {
  for (const program of PROGRAMS) {
    const [glue, otherGlue] = VARIANTS.map((variant) =>
      readFileSync(`${ROOT}build/wasm-${variant}/${program}.mjs`, 'utf8'),
    );
    if (glue === otherGlue) continue;
    throw new StepError(
      `The two variants of ${program} need different glue, but one is shipped: build both the same way.`,
    );
  }
  rmSync(`${ROOT}dist`, { recursive: true, force: true });
  await esbuild({
    ...bundleOptions(),
    entryPoints: ['web/lib/index.ts', 'web/lib/node.ts'],
    outdir: 'dist/lib',
  });
  await esbuild({
    absWorkingDir: ROOT,
    entryPoints: { 'attention-head': 'web/cli/attention_head.ts' },
    outdir: 'dist/cli',
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['../lib/node.js'],
    target: 'node20',
    logLevel: 'warning',
  });
  run(`${ROOT}node_modules/.bin/tsc`, []);
  run(`${ROOT}node_modules/.bin/tsc`, ['--project', 'tsconfig.tools.json']);
  for (const program of PROGRAMS) {
    for (const variant of VARIANTS) {
      const file = `${program}.${variant}.wasm`;
      copyFileSync(`${ROOT}build/wasm-${variant}/${program}.wasm`, `${ROOT}dist/lib/${file}`);
    }
  }
}
