// npm run build: the package, from nothing, into dist/.
import { emscriptenEnvironment } from './setup/emscripten.mjs';
import { installNpmPackages } from './setup/npm_packages.mjs';
import { main, run, say } from './setup/step.mjs';
import { BUILD_PACKAGES, installSystemPackages } from './setup/system_packages.mjs';

export async function build() {
  installNpmPackages();
  installSystemPackages(BUILD_PACKAGES);
  const env = emscriptenEnvironment();
  for (const variant of ['simd', 'relaxed']) {
    say(`Building the ${variant} program`);
    run('emcmake', ['cmake', '--preset', `wasm-${variant}`], { env, quiet: true });
    run('cmake', ['--build', `build/wasm-${variant}`], { env });
  }
  say('Building the package');
  const { bundlePackage } = await import('./bundle.mjs');
  await bundlePackage();
}

if (process.argv[1] === new URL(import.meta.url).pathname) await main(build);
