import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { build } from 'esbuild';

/** What a source file of the package exports, which the package itself keeps to itself. */
export async function importSource(path) {
  const outfile = join(mkdtempSync(join(tmpdir(), 'attention-head-')), 'module.mjs');
  await build({
    entryPoints: [new URL(`../../../${path}`, import.meta.url).pathname],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    outfile,
  });
  try {
    return await import(outfile);
  } finally {
    rmSync(dirname(outfile), { recursive: true });
  }
}
