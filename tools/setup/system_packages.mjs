import { output, run, say, StepError } from './step.mjs';

/** Debian's packages that building takes, and those that only testing takes. */
export const BUILD_PACKAGES = ['cmake', 'ninja-build', 'libeigen3-dev'];
export const TEST_PACKAGES = [
  'g++',
  'clang-19',
  'libclang-rt-19-dev',
  'clang-format-19',
  'clang-tidy-19',
  'black',
  'pyflakes3',
  'shellcheck',
  'shfmt',
  'libgtest-dev',
  'chromium',
  'firefox-esr',
  'webkit2gtk-driver',
  'xvfb',
];

function isInstalled(name) {
  return output('dpkg-query', ['-W', '-f', '${db:Status-Status}', name]) === 'installed';
}

/** Installs those of the named Debian packages that are missing. */
export function installSystemPackages(names) {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  if (output('which', ['apt-get']) === null) {
    throw new StepError(
      `These are needed and can't be installed without apt: ${missing.join(', ')}. Install them.`,
    );
  }
  say(`Installing ${missing.join(', ')}`);
  const asRoot = process.getuid() === 0 ? [] : ['sudo'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => {
    const [command, ...rest] = [...asRoot, 'apt-get', ...args];
    run(command, rest, { env, quiet: true, mend: 'Check that apt works and that you may use sudo.' });
  };
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', ...missing);
}
