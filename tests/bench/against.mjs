// Two builds of ours on the same work: the one of now and the one of a tarball before it.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

import { installModels } from '../../tools/models.mjs';
import { ROOT, run, say, StepError } from '../../tools/setup/step.mjs';
import { bundleComparePage } from './bundle_pages.mjs';
import { openChromium } from './hosts/chromium.mjs';
import { openNode } from './hosts/node.mjs';
import { serve } from './hosts/server.mjs';
import { launch } from './launch.mjs';
import { comparison, complaint, verdict } from './report/comparison.mjs';
import { modelsOf, SETTINGS } from './workloads.mjs';

const BEFORE = `${ROOT}build/bench/before/`;

/** What the package in a folder is imported by, in a page of the server and in Node. */
function buildIn(name, folder, served) {
  const { exports } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  const { default: page, node } = exports['.'];
  return { name, page: new URL(page, `http://localhost${served}`).pathname, node: folder + node };
}

function unpack(tarball) {
  rmSync(BEFORE, { recursive: true, force: true });
  mkdirSync(BEFORE, { recursive: true });
  run('tar', ['-xzf', tarball, '-C', BEFORE], { mend: 'Give a tarball as `npm pack` makes them.' });
}

/**
 * Lets the built package and that of the tarball do the workloads in so many launches, and throws where the interval of
 * one lies wholly beyond 1 + limit. Who comes first changes from launch to launch.
 */
export async function against(tarball, workloads, { launches, limit }) {
  unpack(tarball);
  await installModels(modelsOf(workloads));
  await bundleComparePage();
  const builds = [buildIn('now', ROOT, '/now/'), buildIn('before', `${BEFORE}package/`, '/before/')];
  const server = await serve();
  const hosts = {
    chromium: () => openChromium(server, 'compare'),
    node: () => openNode('node_compare_process.mjs'),
  };
  const runs = new Map(workloads.map(({ name }) => [name, []]));
  for (let number = 1; number <= launches; ++number) {
    say(`Launch ${number} of ${launches}`);
    const inTurn = number % 2 === 1 ? builds : builds.toReversed();
    const settingOf = ({ setting }) => ({ ...SETTINGS[setting], builds: inTurn });
    await launch(workloads, hosts, settingOf, ({ name }, solution) => runs.get(name).push(solution));
  }
  server.close();
  const verdicts = new Map([...runs].map(([name, solutions]) => [name, verdict(solutions, limit)]));
  console.log(`\n${comparison(verdicts)}\n`);
  const wrong = complaint(verdicts, limit);
  if (wrong !== undefined) throw new StepError(wrong);
}
