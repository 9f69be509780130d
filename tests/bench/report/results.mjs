import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

import { ROOT } from '../../../tools/setup/step.mjs';
import { GROUPS } from '../workloads.mjs';
import { coldStart } from './cold_start.mjs';
import { contest } from './contest.mjs';
import { scaling, scalingPlot } from './scaling.mjs';
import { turns } from './turns.mjs';

const FOLDER = `${ROOT}tests/bench/`;
const REPORTS = { contest, coldStart, scaling, turns };

/** The sections of a report: of each group's runs (launches by workload), those that there are. */
function sections(runs) {
  return GROUPS.flatMap(({ title, about, report, workloads }) => {
    const own = new Map([...runs].filter(([workload]) => workloads.includes(workload)));
    if (own.size === 0) return [];
    return [`## ${title}`, ...(about === undefined ? [] : [about]), ...REPORTS[report](own)];
  });
}

export function printResults(runs) {
  console.log(`\n${sections(runs).join('\n\n')}\n`);
}

function versions(chromium) {
  const version = (file) => JSON.parse(readFileSync(file, 'utf8'));
  const peers = Object.entries(version(`${FOLDER}package.json`).dependencies);
  return [
    `attention-head ${version(`${ROOT}package.json`).version}`,
    `${chromium.replace('/', ' ')}, headless`,
    `Node ${process.versions.node}`,
    ...peers.map(([name, number]) => `${name} ${number}`),
  ];
}

/** Writes RESULTS.md and its plot. */
export function writeResults(runs, { launches, chromium }) {
  const [{ model }, ...others] = cpus();
  const scalingRuns = new Map([...runs].filter(([{ form }]) => form !== undefined));
  writeFileSync(`${FOLDER}scaling.svg`, scalingPlot(scalingRuns));
  const head = [
    '# Results of `npm run bench`',
    `${new Date().toISOString().slice(0, 10)}, ${model.trim()}, ${others.length + 1} processors, one thread used, float32, ` +
      `batch 1; launches: ${launches}. README.md says how it is measured.`,
    versions(chromium).join(', ') + '.',
  ];
  writeFileSync(`${FOLDER}RESULTS.md`, `${[...head, ...sections(runs)].join('\n\n')}\n`);
}
