import { existsSync } from 'node:fs';

import { output, ROOT, run, say } from './step.mjs';

const LEAST = [3, 1, 69];
const OWN = `${ROOT}.toolchain/emscripten`;

function isRecent(version) {
  const parts = version.split('.').map(Number);
  const differing = LEAST.findIndex((least, i) => parts[i] !== least);
  return differing === -1 || parts[differing] > LEAST[differing];
}

/**
 * The environment in which `emcc` is found: as it is where the PATH has one of 3.1.69 or newer, else with the
 * project's own, which is installed into .toolchain/ where it is missing.
 */
export function emscriptenEnvironment() {
  const version = output('emcc', ['--version'])?.match(/\d+\.\d+\.\d+/)?.[0];
  if (version !== undefined && isRecent(version)) return {};
  if (!existsSync(`${OWN}/.stamp`)) {
    say('Installing Emscripten into .toolchain/');
    run('bash', [`${ROOT}tools/setup/install_emscripten.sh`, OWN], {
      mend: 'Install Emscripten 3.1.69 or newer yourself (emsdk) and put emcc on the PATH.',
    });
  }
  return {
    EM_CONFIG: `${OWN}/emscripten/.emscripten`,
    PATH: `${OWN}/emscripten:${process.env.PATH}`,
  };
}
