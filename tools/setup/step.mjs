import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

export const ROOT = new URL('../../', import.meta.url).pathname;

/** A failure to be said in one sentence, with what mends it. */
export class StepError extends Error {}

export function say(text) {
  console.log(`[attention-head] ${text}`);
}

/**
 * Runs a command in the project's folder with its output shown, or where it is quiet only if it fails; throws a
 * StepError then.
 */
export function run(command, args, { mend, env = {}, quiet = false } = {}) {
  const result = spawnSync(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', 'inherit'],
    maxBuffer: 1 << 28,
  });
  if (result.status === 0) return;
  if (quiet) console.error(String(result.stdout));
  const reason = result.error?.message ?? `it ended with ${result.status ?? result.signal}`;
  throw new StepError(
    `${command} ${args.join(' ')} failed (${reason}). ${mend ?? 'Its own words are above.'}`,
  );
}

/** The same beside others, silent unless it fails. */
export async function runAside(command, args) {
  const child = spawn(command, args, { cwd: ROOT });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => said.push(data));
  const [status, signal] = await once(child, 'close');
  if (status === 0) return;
  console.error(Buffer.concat(said).toString());
  throw new StepError(`${command} ${args.join(' ')} failed (it ended with ${status ?? signal}).`);
}

/** What a command prints, or null where it can't run. */
export function output(command, args) {
  const result = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : null;
}

/** Runs a script's main function; a StepError ends it with its sentence and no stack. */
export async function main(script) {
  try {
    await script();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(`[attention-head] ${error.message}`);
    process.exitCode = 1;
  }
}
