import { copyFileSync, cpSync, rmSync } from 'node:fs';

import { build as esbuild } from 'esbuild';

import { BUILT_IN, bundleOptions, PROGRAM_FILES } from './bundle.mjs';
import { ROOT } from './setup/step.mjs';

const STATIC = ['index.html', 'style.css', 'icon.svg', 'traces'];

/** Bundles the explorer page into dist/app, with the programs beside it. */
export async function bundleApp() {
  rmSync(`${ROOT}dist/app`, { recursive: true, force: true });
  await esbuild({
    ...bundleOptions(),
    entryPoints: ['web/app/main.ts', 'web/app/worker.ts'],
    outdir: 'dist/app',
  });
  for (const name of STATIC) cpSync(`${ROOT}web/app/${name}`, `${ROOT}dist/app/${name}`, { recursive: true });
  copyFileSync(`${ROOT}${BUILT_IN}`, `${ROOT}dist/app/built_in.gguf`);
  for (const file of PROGRAM_FILES) copyFileSync(`${ROOT}dist/lib/${file}`, `${ROOT}dist/app/${file}`);
}
