import { build } from 'esbuild';

import { ROOT } from '../../tools/setup/step.mjs';

const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  external: ['/lib/*', 'node:*'],
  logLevel: 'warning',
};

/** Bundles the pages' scripts with the peers into build/bench. */
export async function bundlePages() {
  await build({
    ...OPTIONS,
    entryPoints: { page: 'tests/bench/hosts/chromium_page.mjs' },
    outdir: 'build/bench',
  });
  await build({
    ...OPTIONS,
    entryPoints: ['tests/bench/cold/jax.mjs'],
    outdir: 'build/bench/cold',
    minify: true,
  });
}

/** Bundles the script of the page that compares builds, which needs no peers. */
export async function bundleComparePage() {
  await build({
    ...OPTIONS,
    entryPoints: { compare: 'tests/bench/hosts/chromium_compare_page.mjs' },
    outdir: 'build/bench',
  });
}
