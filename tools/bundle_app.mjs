import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';

import { build as esbuild } from 'esbuild';

import { BUILT_IN, bundleOptions, PROGRAM_FILES } from './bundle.mjs';
import { ROOT } from './setup/step.mjs';

const STATIC = ['index.html', 'style.css', 'icon.svg', 'manifest.webmanifest', 'traces'];
const APP = `${ROOT}dist/app`;

/** The page's files as they are fetched, its address first. */
function pageFiles() {
  const files = readdirSync(APP, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
    .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`.slice(APP.length + 1));
  return ['./', ...files.filter((file) => file !== 'index.html').sort()];
}

/** The worker that keeps the page for when there is no network: it has to know all files, and when one changed. */
async function bundleServiceWorker() {
  const files = pageFiles();
  const version = createHash('sha256');
  for (const file of files) version.update(readFileSync(`${APP}/${file === './' ? 'index.html' : file}`));
  const options = bundleOptions();
  await esbuild({
    ...options,
    splitting: false,
    define: {
      ...options.define,
      PAGE_FILES: JSON.stringify(files),
      PAGE_VERSION: JSON.stringify(version.digest('hex').slice(0, 16)),
    },
    entryPoints: ['web/app/service_worker.ts'],
    outdir: 'dist/app',
  });
}

/** Bundles the explorer page into dist/app, with the programs beside it. */
export async function bundleApp() {
  rmSync(APP, { recursive: true, force: true });
  await esbuild({
    ...bundleOptions(),
    entryPoints: { main: 'web/app/main.ts', worker: 'web/app/worker.ts', engine: 'web/element/engine.ts' },
    outdir: 'dist/app',
  });
  for (const name of STATIC) cpSync(`${ROOT}web/app/${name}`, `${APP}/${name}`, { recursive: true });
  for (const file of ['web/theme.css', 'web/element/element.css', 'web/element/head_grid.css']) {
    copyFileSync(`${ROOT}${file}`, `${APP}/${basename(file)}`);
  }
  copyFileSync(`${ROOT}${BUILT_IN}`, `${APP}/built_in.gguf`);
  for (const file of PROGRAM_FILES) copyFileSync(`${ROOT}dist/lib/${file}`, `${APP}/${file}`);
  await bundleServiceWorker();
}
