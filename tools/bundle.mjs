import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';

import { build as esbuild, transformSync } from 'esbuild';
import { rolldown } from 'rolldown';

import { ROOT, run, StepError } from './setup/step.mjs';

const PROGRAMS = ['core', 'full'];
const ENTRIES = ['web/lib/index.ts', 'web/lib/node.ts', 'web/element/element.ts', 'web/element/engine.ts'];
const VARIANTS = ['simd', 'relaxed'];

/**
 * Engines that know it compile a script's functions while it is fetched, on another thread (V8's explicit compile
 * hints). It is for the entry whose functions run for the first result; the element gains nothing by it.
 */
const COMPILE_HINT = '//# allFunctionsCalledOnLoad';
const HINTED = 'web/lib/index.ts';

export const PROGRAM_FILES = PROGRAMS.flatMap((program) =>
  VARIANTS.map((variant) => `${program}.${variant}.wasm`),
);

/** The built-in model, beside its card. */
export const BUILT_IN = 'web/lib/model/built_in.gguf';

/** What the source calls Emscripten's glue. */
const ALIAS = Object.fromEntries(
  PROGRAMS.map((program) => [`#glue/${program}`, `${ROOT}build/wasm-simd/${program}.mjs`]),
);

function defines() {
  const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
  return { PACKAGE_VERSION: JSON.stringify(version) };
}

/** How esbuild bundles what imports web/lib. */
export function bundleOptions() {
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
    define: defines(),
    alias: ALIAS,
    loader: { '.css': 'text' },
    logLevel: 'warning',
  };
}

/** Style sheets that scripts import, as short texts. */
const styleTexts = {
  name: 'style texts',
  load(id) {
    if (!id.endsWith('.css')) return undefined;
    const { code } = transformSync(readFileSync(id, 'utf8'), { loader: 'css', minify: true });
    return { code: `export default ${JSON.stringify(code.trim())};`, moduleType: 'js' };
  },
};

/**
 * Bundles an entry so that all it needs at first is one file: a page waits for each request. What is
 * imported later takes the rest from the entry itself, by exports of one letter. The element finds its engine, an entry too, beside it.
 */
async function bundleEntry(file) {
  const bundle = await rolldown({
    cwd: ROOT,
    input: { [basename(file, '.ts')]: file },
    external: [/^node:/, './engine.js'],
    platform: 'neutral',
    plugins: [styleTexts],
    preserveEntrySignatures: 'allow-extension',
    resolve: { alias: ALIAS, extensionAlias: { '.js': ['.ts', '.js'] } },
    transform: { define: defines(), target: 'es2022' },
  });
  await bundle.write({
    dir: 'dist/lib',
    format: 'esm',
    minify: true,
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    postBanner: ({ isEntry }) => (isEntry && file === HINTED ? COMPILE_HINT : ''),
  });
  await bundle.close();
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
  for (const file of ENTRIES) await bundleEntry(file);
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
  copyFileSync(`${ROOT}web/element/jsx.d.ts`, `${ROOT}dist/types/element/jsx.d.ts`);
  run(
    `${ROOT}node_modules/.bin/cem`,
    ['analyze', '--globs', 'web/element/attention_head.ts', '--outdir', 'dist'],
    {
      quiet: true,
    },
  );
  run(`${ROOT}node_modules/.bin/tsc`, ['--project', 'tsconfig.tools.json']);
  copyFileSync(`${ROOT}web/element/element.css`, `${ROOT}dist/lib/element.css`);
  copyFileSync(`${ROOT}${BUILT_IN}`, `${ROOT}dist/lib/built_in.gguf`);
  for (const program of PROGRAMS) {
    for (const variant of VARIANTS) {
      const file = `${program}.${variant}.wasm`;
      copyFileSync(`${ROOT}build/wasm-${variant}/${program}.wasm`, `${ROOT}dist/lib/${file}`);
    }
  }
}
