// npm run format: formats every file. With --check it only says which are not formatted, and lints.
import { output, main, run } from './setup/step.mjs';

function filesOf(...patterns) {
  return output('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns]).split('\n');
}

export function format(check) {
  const shell = filesOf('*.sh', '.ci/run');
  run('clang-format-19', [...(check ? ['--dry-run', '-Werror'] : ['-i']), ...filesOf('*.h', '*.cpp')]);
  const written = ['web', 'tools', 'tests', '*.mjs', '*.json'];
  run('node_modules/.bin/prettier', [check ? '--check' : '--write', '--log-level', 'warn', ...written]);
  run('black', ['--quiet', '--line-length', '110', ...(check ? ['--check'] : []), ...filesOf('*.py')]);
  run('shfmt', ['-i', '2', check ? '-d' : '-w', ...shell]);
  if (!check) return;
  run('node_modules/.bin/eslint', ['web', 'tools', 'tests']);
  run('pyflakes3', filesOf('*.py'));
  run('shellcheck', shell);
  run('run-clang-tidy-19', ['-quiet', '-j', '2', '-p', 'build/native-clang', 'src/'], { quiet: true });
}

if (process.argv[1] === new URL(import.meta.url).pathname)
  await main(() => format(process.argv.includes('--check')));
