#!/usr/bin/env node
import { existsSync, openAsBlob, statSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

import { load, type ModelSource } from '../lib/node.js';
import { DEFAULT_MODEL, fetchModel, hasModel, modelFiles, modelFolder } from './model_cache.mjs';

const USAGE = `Usage: attention-head trace TEXT -o FILE [--model MODEL] [--dtype f16|f32]

Runs TEXT through a model and writes the queries, keys and values of all its heads to FILE, a safetensors file
that attention-head's pages and core.openTrace read.

  -o, --output FILE   where the trace is written
  --model MODEL       a folder, a GGUF, a URL or a hub id; ${DEFAULT_MODEL} unless given
  --dtype f16|f32     how numbers are kept; unless given, f16 where that moves no weight by more than 0.001
  --help, --version`;

/** A mistake in how the command was called. */
class UsageError extends Error {}

/** One file, or all in a folder: what isn't of use is the loader's to tell. */
async function filesOf(place: string): Promise<File[]> {
  const isFile = (path: string) => statSync(path).isFile();
  const paths = isFile(place)
    ? [place]
    : (await readdir(place)).map((name) => join(place, name)).filter(isFile);
  return Promise.all(paths.map(async (path) => new File([await openAsBlob(path)], basename(path))));
}

function showProgress(file: string, loaded: number, total: number): void {
  if (!process.stderr.isTTY) return;
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  process.stderr.write(
    `\r${file}: ${megabytes(loaded)} of ${megabytes(total)} MB${loaded === total ? '\n' : ''}`,
  );
}

/** The model's name and files: of a folder on disk, of a URL, or of the cache, which is filled where it is empty. */
async function openModel(model: string): Promise<{ name: string; source: ModelSource }> {
  if (/^https?:/.test(model)) return { name: basename(model), source: model };
  if (existsSync(model)) return { name: basename(model), source: await filesOf(model) };
  if (!/^[\w.-]+\/[\w.-]+$/.test(model)) {
    throw new UsageError(`--model must be a folder, a GGUF, a URL or a hub id, got "${model}".`);
  }
  if (!hasModel(model)) {
    await fetchModel(model, showProgress).catch((error: Error) => {
      const mend = `Put ${modelFiles(model).join(', ')} into ${modelFolder(model)} yourself, or name a folder by --model.`;
      throw new Error(`${error.message} ${mend}`);
    });
  }
  return { name: model, source: await filesOf(modelFolder(model)) };
}

async function trace(
  text: string,
  output: string,
  model: string,
  dtype: 'f16' | 'f32' | undefined,
): Promise<void> {
  const { name, source } = await openModel(model);
  const core = await load();
  const loaded = await core.loadModel(source, { name });
  const run = loaded.run(text);
  const bytes = run.toTrace(dtype && { dtype });
  await writeFile(output, bytes);
  const cut = run.truncated ? `, cut at the model's limit` : '';
  const { precision } = await core.openTrace(bytes);
  console.log(
    `${output}: ${run.tokens.length} tokens${cut}, ${run.numLayers} layers of ${run.numHeads} heads, ${precision}`,
  );
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      model: { type: 'string', default: DEFAULT_MODEL },
      dtype: { type: 'string' },
      help: { type: 'boolean' },
      version: { type: 'boolean' },
    },
  });
  if (values.help === true) return console.log(USAGE);
  if (values.version === true) return console.log((await load()).version);
  const [command, text, ...rest] = positionals;
  if (command !== 'trace') throw new UsageError(`There is one command, trace; got ${command ?? 'none'}.`);
  if (text === undefined || rest.length > 0) throw new UsageError('trace takes one text, in quotes.');
  if (values.output === undefined) throw new UsageError('trace needs -o, the file to be written.');
  const { model, dtype } = values;
  if (dtype !== undefined && dtype !== 'f16' && dtype !== 'f32')
    throw new UsageError(`--dtype must be f16 or f32, got "${dtype}".`);
  await trace(text, values.output, model, dtype);
}

main().catch((error: Error & { code?: string }) => {
  const isUsage = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS') === true;
  console.error(`attention-head: ${error.message}${isUsage ? ' See attention-head --help.' : ''}`);
  process.exitCode = isUsage ? 2 : 1;
});
