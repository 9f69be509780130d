import { existsSync, statSync } from 'node:fs';

import { ROOT, run, say } from '../../tools/setup/step.mjs';

const FOLDER = `${ROOT}tests/bench/`;

/** Installs the peers of the bench's own lock file where they are missing or older than it. */
export function installPeers() {
  const installed = `${FOLDER}node_modules/.package-lock.json`;
  const fresh =
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${FOLDER}package-lock.json`).mtimeMs;
  if (fresh) return;
  say('Installing the peers');
  run('npm', ['ci', '--prefix', FOLDER, '--ignore-scripts', '--no-audit', '--no-fund'], {
    mend: 'Check that the npm registry can be reached.',
  });
}
