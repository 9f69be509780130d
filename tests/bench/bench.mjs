// npm run bench: this package and its peers on the same work, in turns.
//   --only name,…   only the workloads of these names, or else whose names hold them
//   --launches n    so many fresh browsers (or Nodes) for each workload; 3 unless given
import { parseArgs } from 'node:util';

import { build } from '../../tools/build.mjs';
import { main, say, StepError } from '../../tools/setup/step.mjs';
import { openChromium } from './hosts/chromium.mjs';
import { openColdStart } from './hosts/cold_start.mjs';
import { openNode } from './hosts/node.mjs';
import { serve } from './hosts/server.mjs';
import { openTurns } from './hosts/turns.mjs';
import { installPeers } from './install_peers.mjs';
import { prepareMiniLm, prepareSmolLm2 } from './peer_files.mjs';
import { printResults, writeResults } from './report/results.mjs';
import { GROUPS, SETTINGS } from './workloads.mjs';

const HOSTS = { chromium: openChromium, node: openNode, coldStart: openColdStart, turns: openTurns };

function pickWorkloads(only) {
  const all = GROUPS.flatMap(({ workloads }) => workloads);
  if (only === undefined) return all;
  const found = only.split(',').flatMap((term) => {
    const exact = all.filter(({ name }) => name === term);
    const holding = exact.length > 0 ? exact : all.filter(({ name }) => name.includes(term));
    if (holding.length > 0) return holding;
    throw new StepError(`No name holds "${term}"; there are ${all.map(({ name }) => name).join(', ')}.`);
  });
  return [...new Set(found)];
}

/** One launch: every host is opened once, for all of its workloads. */
async function launch(workloads, server, onSolution) {
  for (const [hostName, open] of Object.entries(HOSTS)) {
    const own = workloads.filter(({ setting }) => SETTINGS[setting].host === hostName);
    if (own.length === 0) continue;
    const host = await open(server);
    for (const workload of own) {
      say(workload.name);
      const solution = await host.solve(workload, SETTINGS[workload.setting]).catch((error) => ({
        results: [{ name: 'all', failure: error.message }],
      }));
      onSolution(workload, solution);
    }
    await host.close();
  }
}

async function chromiumVersion(server) {
  const chromium = await openChromium(server);
  const version = await chromium.version();
  await chromium.close();
  return version;
}

await main(async () => {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, launches: { type: 'string', default: '3' } },
  });
  const launches = Number(values.launches);
  if (!(Number.isInteger(launches) && launches > 0)) {
    throw new StepError(`--launches must be a whole number from 1, got "${values.launches}".`);
  }
  const workloads = pickWorkloads(values.only);
  await build();
  installPeers();
  if (workloads.some(({ kind }) => kind === 'minilm' || kind === 'typing')) await prepareMiniLm();
  if (workloads.some(({ kind }) => ['open', 'prefill', 'generate'].includes(kind))) await prepareSmolLm2();
  const { bundlePages } = await import('./bundle_pages.mjs');
  await bundlePages();
  const server = await serve();
  const runs = new Map(workloads.map((workload) => [workload, []]));
  for (let number = 1; number <= launches; ++number) {
    say(`Launch ${number} of ${launches}`);
    await launch(workloads, server, (workload, solution) => runs.get(workload).push(solution));
  }
  printResults(runs);
  if (values.only === undefined) writeResults(runs, { launches, chromium: await chromiumVersion(server) });
  server.close();
});
