// Where MiniLM's files are, and how the peer's comes to be.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { installModels } from '../../tools/models.mjs';
import { output, ROOT, run, say } from '../../tools/setup/step.mjs';
import { DEFAULT_MODEL, modelFolder } from '../../web/cli/model_cache.mjs';

const EXPORT = join(modelFolder(DEFAULT_MODEL), 'attentions.onnx');

/** Gets the model, and exports it for ONNX Runtime Web with the Python that PYTHON names, where that can. */
export async function prepareMiniLm() {
  await installModels();
  if (existsSync(EXPORT)) return;
  const python = process.env.PYTHON || 'python3';
  if (output(python, ['-c', 'import torch, transformers, onnx, onnxscript']) === null) {
    say(
      `${EXPORT} is missing, so ONNX Runtime Web can't run MiniLM: set PYTHON to a Python that has the packages ` +
        'which tests/bench/export_minilm.py names.',
    );
    return;
  }
  say('Exporting MiniLM as ONNX');
  run(python, [`${ROOT}tests/bench/export_minilm.py`, modelFolder(DEFAULT_MODEL), EXPORT], { quiet: true });
}
