// The files that peers read beside the models: where they are, and how they come to be.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { installModels } from '../../tools/models.mjs';
import { output, ROOT, run, say } from '../../tools/setup/step.mjs';
import { DEFAULT_MODEL, modelFiles, modelFolder, SMOLLM2 } from '../../web/cli/model_cache.mjs';

/** Has a script of this folder make a file, with the Python that PYTHON names, where that has the packages. */
function make({ file, source, script, packages, peer }) {
  if (existsSync(file)) return;
  const python = process.env.PYTHON || 'python3';
  if (output(python, ['-c', `import ${packages}`]) === null) {
    say(
      `${file} is missing, so ${peer} is left out: set PYTHON to a Python that has the packages which ` +
        `tests/bench/${script} names.`,
    );
    return;
  }
  say(`Making ${file}`);
  run(python, [`${ROOT}tests/bench/${script}`, source, file], { quiet: true });
}

/** MiniLM, and its export for ONNX Runtime Web. */
export async function prepareMiniLm() {
  await installModels();
  const folder = modelFolder(DEFAULT_MODEL);
  make({
    file: join(folder, 'attentions.onnx'),
    source: folder,
    script: 'export_minilm.py',
    packages: 'torch, transformers, onnx, onnxscript',
    peer: 'ONNX Runtime Web on MiniLM',
  });
}

/** SmolLM2, and the same as 32-bit floats for wllama. */
export async function prepareSmolLm2() {
  await installModels(['smollm2']);
  const folder = modelFolder(SMOLLM2);
  make({
    file: join(folder, 'SmolLM2-135M-Instruct.F32.gguf'),
    source: join(folder, modelFiles(SMOLLM2)[0]),
    script: 'widen_smollm2.py',
    packages: 'gguf',
    peer: 'wllama with an F32 file',
  });
}
