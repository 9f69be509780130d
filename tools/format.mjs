// npm run format: formats every file. With --check it only says which are not formatted, and lints.
import { output, main, run } from './setup/step.mjs';

export function format(check) {
  const cpp = output('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.h', '*.cpp']).split(
    '\n',
  );
  run('clang-format-19', [...(check ? ['--dry-run', '-Werror'] : ['-i']), ...cpp]);
  const written = ['web', 'tools', 'tests', '*.mjs', '*.json'];
  run('node_modules/.bin/prettier', [check ? '--check' : '--write', '--log-level', 'warn', ...written]);
  if (check) run('node_modules/.bin/eslint', ['web']);
}

if (process.argv[1] === new URL(import.meta.url).pathname)
  await main(() => format(process.argv.includes('--check')));
