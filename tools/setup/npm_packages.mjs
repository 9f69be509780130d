import { existsSync, statSync } from 'node:fs';

import { ROOT, run, say } from './step.mjs';

/** Installs the npm packages of the lock file where they are missing or older than it. */
export function installNpmPackages() {
  const installed = `${ROOT}node_modules/.package-lock.json`;
  const fresh =
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${ROOT}package-lock.json`).mtimeMs;
  if (fresh) return;
  say('Installing npm packages');
  run('npm', ['ci', '--no-audit', '--no-fund'], { mend: 'Check that the npm registry can be reached.' });
}
