// npm run bench: this package and its peers on the same work, in turns.
//   --only name,…   only the workloads of these names, or else whose names hold them
//   --launches n    so many fresh browsers (or Nodes) for each workload; 3 unless given
//   --against file  the package of this tarball before the built one, in place of peers; 7 launches unless given
//   --limit n       how many percent slower than the tarball's the built one may be; 3 unless given
import { parseArgs } from 'node:util';

import { build } from '../../tools/build.mjs';
import { main, say, StepError } from '../../tools/setup/step.mjs';
import { openChromium } from './hosts/chromium.mjs';
import { openColdStart } from './hosts/cold_start.mjs';
import { openNode } from './hosts/node.mjs';
import { serve } from './hosts/server.mjs';
import { openTurns } from './hosts/turns.mjs';
import { installPeers } from './install_peers.mjs';
import { launch } from './launch.mjs';
import { prepareMiniLm, prepareSmolLm2 } from './peer_files.mjs';
import { printResults, writeResults } from './report/results.mjs';
import { COMPARED, GROUPS, modelsOf, SETTINGS } from './workloads.mjs';

/** Of two builds: of fewer than 6 a median has no interval of 95%. */
const LEAST_LAUNCHES = 7;

const ALL = GROUPS.flatMap(({ workloads }) => workloads);

function pickWorkloads(all, only) {
  if (only === undefined) return all;
  const found = only.split(',').flatMap((term) => {
    const exact = all.filter(({ name }) => name === term);
    const holding = exact.length > 0 ? exact : all.filter(({ name }) => name.includes(term));
    if (holding.length > 0) return holding;
    throw new StepError(`No name holds "${term}"; there are ${all.map(({ name }) => name).join(', ')}.`);
  });
  return [...new Set(found)];
}

async function chromiumVersion(server) {
  const chromium = await openChromium(server);
  const version = await chromium.version();
  await chromium.close();
  return version;
}

/** The number that an option gives. */
function numberOf(name, text, least, isWhole) {
  const number = Number(text);
  if (number >= least && (!isWhole || Number.isInteger(number))) return number;
  throw new StepError(`--${name} must be a ${isWhole ? 'whole ' : ''}number from ${least}, got "${text}".`);
}

async function benchAgainst({ against: tarball, only, launches = String(LEAST_LAUNCHES), limit = '3' }) {
  const options = {
    launches: numberOf('launches', launches, LEAST_LAUNCHES, true),
    limit: numberOf('limit', limit, 0, false) / 100,
  };
  const comparable = ALL.filter(({ setting }) => ['chromium', 'node'].includes(SETTINGS[setting].host));
  const workloads = pickWorkloads(comparable, only ?? COMPARED.join(','));
  await build();
  const { against } = await import('./against.mjs');
  await against(tarball, workloads, options);
}

async function benchPeers({ only, launches: asked = '3' }) {
  const launches = numberOf('launches', asked, 1, true);
  const workloads = pickWorkloads(ALL, only);
  await build();
  installPeers();
  const models = modelsOf(workloads);
  if (models.includes('minilm')) await prepareMiniLm();
  if (models.includes('smollm2')) await prepareSmolLm2();
  const { bundlePages } = await import('./bundle_pages.mjs');
  await bundlePages();
  const server = await serve();
  const open = { chromium: openChromium, node: openNode, coldStart: openColdStart, turns: openTurns };
  const hosts = Object.fromEntries(Object.entries(open).map(([name, own]) => [name, () => own(server)]));
  const runs = new Map(workloads.map((workload) => [workload, []]));
  for (let number = 1; number <= launches; ++number) {
    say(`Launch ${number} of ${launches}`);
    const settingOf = ({ setting }) => SETTINGS[setting];
    await launch(workloads, hosts, settingOf, (workload, solution) => runs.get(workload).push(solution));
  }
  printResults(runs);
  if (only === undefined) writeResults(runs, { launches, chromium: await chromiumVersion(server) });
  server.close();
}

await main(async () => {
  const texts = ['only', 'launches', 'against', 'limit'].map((name) => [name, { type: 'string' }]);
  const { values } = parseArgs({ options: Object.fromEntries(texts) });
  if (values.against !== undefined) return benchAgainst(values);
  if (values.limit !== undefined) throw new StepError('--limit needs --against.');
  return benchPeers(values);
});
