import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

import { cacheFolder } from '../web/cli/model_cache.mjs';
import { ROOT, StepError } from './setup/step.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

const HUB = 'https://huggingface.co https://*.huggingface.co https://*.hf.co';
export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  `connect-src 'self' ${HUB}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** What stands where: the page, this user's models, and the site where it was written. */
function placeOf(path) {
  for (const [prefix, folder] of [
    ['/models/', cacheFolder()],
    ['/site/', `${ROOT}dist/site`],
  ]) {
    if (path.startsWith(prefix)) return { folder, rest: path.slice(prefix.length - 1) };
  }
  return { folder: `${ROOT}dist/app`, rest: path };
}

/** The file that a URL's path names. Null for none. */
function fileOf(path) {
  const { folder, rest } = placeOf(path);
  const within = normalize(rest.endsWith('/') ? `${rest}index.html` : rest);
  if (!within.startsWith('/') || within.includes('..') || within.includes('\0')) return null;
  const file = join(folder, within);
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : null;
}

/** A server of the page in dist/app, the site in dist/site and this user's models, under a strict content policy. */
export function pageServer() {
  return createServer((request, response) => {
    let path;
    try {
      path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    } catch {
      path = '';
    }
    const file = request.method === 'GET' || request.method === 'HEAD' ? fileOf(path) : null;
    if (file === null) return response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found.\n');
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-length': statSync(file).size,
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    });
    if (request.method === 'HEAD') return response.end();
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response);
  });
}

/** Listens on the port, or on the next that is free; says which. */
export function listen(server, port, tries = 50) {
  const last = Math.min(port + tries, 65535);
  return new Promise((resolve, reject) => {
    const attempt = (candidate) => {
      server.once('error', ({ code }) => {
        if (code === 'EADDRINUSE' && candidate < last) return attempt(candidate + 1);
        reject(new StepError(`Port ${candidate} can't be had (${code}): set PORT to another.`));
      });
      server.listen(candidate, () => {
        server.removeAllListeners('error');
        resolve(server.address().port);
      });
    };
    attempt(port);
  });
}
