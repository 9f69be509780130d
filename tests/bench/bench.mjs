// npm run bench: this package and its peers on the same work, in turns.
//   --only name,…   only the workloads of these names, or else whose names hold them
//   --launches n    fresh browsers (or Nodes) for each workload; 3 unless given
import { parseArgs } from 'node:util';

import { build as esbuild } from 'esbuild';

import { build } from '../../tools/build.mjs';
import { main, ROOT, say, StepError } from '../../tools/setup/step.mjs';
import { launchChromium } from './chromium.mjs';
import { installPeers } from './install_peers.mjs';
import { printReport } from './report.mjs';
import { serve } from './server.mjs';
import { SETTINGS, WORKLOADS } from './workloads.mjs';

function picked(only) {
  if (only === undefined) return WORKLOADS;
  return only.split(',').flatMap((term) => {
    const exact = WORKLOADS.filter(({ name }) => name === term);
    const found = exact.length > 0 ? exact : WORKLOADS.filter(({ name }) => name.includes(term));
    if (found.length > 0) return found;
    throw new StepError(
      `No workload's name holds "${term}"; there are ${WORKLOADS.map(({ name }) => name).join(', ')}.`,
    );
  });
}

await main(async () => {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, launches: { type: 'string', default: '3' } },
  });
  const workloads = picked(values.only);
  const launches = Number(values.launches);
  await build();
  installPeers();
  await esbuild({
    absWorkingDir: ROOT,
    entryPoints: ['tests/bench/page.mjs'],
    outdir: 'build/bench',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    external: ['/lib/*', 'node:*'],
    logLevel: 'warning',
  });
  const { url, server } = await serve();
  const runs = new Map(workloads.map((workload) => [workload, []]));
  for (let launch = 1; launch <= launches; ++launch) {
    const browser = await launchChromium();
    for (const workload of workloads) {
      say(`${workload.name}, launch ${launch} of ${launches}`);
      const page = await browser.newPage();
      await page.goto(url);
      await page.waitForFunction('globalThis.solve !== undefined');
      runs
        .get(workload)
        .push(
          await page.evaluate((...given) => globalThis.solve(...given), workload, SETTINGS[workload.setting]),
        );
      await page.close();
    }
    await browser.close();
  }
  server.close();
  printReport(runs);
});
