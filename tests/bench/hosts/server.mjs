import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';

import { ROOT } from '../../../tools/setup/step.mjs';
import { cacheFolder } from '../../../web/cli/model_cache.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
};

const FOLDERS = {
  '/lib/': { folder: `${ROOT}dist/lib/`, compressed: true },
  '/now/dist/': { folder: `${ROOT}dist/`, compressed: true },
  '/before/': { folder: `${ROOT}build/bench/before/package/`, compressed: true },
  '/bench/': { folder: `${ROOT}build/bench/`, compressed: true },
  '/turns/': { folder: `${ROOT}tests/bench/turns/`, compressed: true },
  '/cold/': { folder: `${ROOT}tests/bench/cold/`, compressed: true, isolated: false },
  '/node_modules/': { folder: `${ROOT}tests/bench/node_modules/`, compressed: false },
  '/models/': { folder: `${cacheFolder()}/`, compressed: false },
};

/** Makes the timers of pages fine. */
const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Pages by their paths, each of one script. */
const page = (script) => `<!doctype html><title>bench</title><script type="module" src="${script}"></script>`;
const PAGES = { '/': page('/bench/page.js'), '/compare': page('/bench/compare.js') };

const compressed = new Map();

function compress(file) {
  if (!compressed.has(file)) compressed.set(file, gzipSync(readFileSync(file), { level: 9 }));
  return compressed.get(file);
}

/** What is at a path: its type, its bytes, whether they are compressed and headers; undefined for nothing. */
function resource(path) {
  const page = PAGES[path];
  if (page !== undefined) return { type: TYPES['.html'], body: page, encoded: false, headers: ISOLATION };
  const prefix = Object.keys(FOLDERS).find((start) => path.startsWith(start));
  if (prefix === undefined || path.includes('..')) return undefined;
  const { folder, compressed, isolated = true } = FOLDERS[prefix];
  const file = folder + path.slice(prefix.length);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return undefined;
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  const headers = isolated ? ISOLATION : {};
  return { type, body: compressed ? compress(file) : readFileSync(file), encoded: compressed, headers };
}

/** Serves the pages, the package, the peers and the models. What a page posts is what `nextReport` waits for. */
export function serve() {
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      server.emit('report', await text(request));
      return response.writeHead(204).end();
    }
    const found = resource(new URL(request.url, 'http://localhost').pathname);
    if (found === undefined) return response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': found.type,
      ...found.headers,
      'access-control-allow-origin': '*',
      'cache-control': 'no-cache',
      ...(found.encoded ? { 'content-encoding': 'gzip' } : {}),
    });
    response.end(found.body);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        url: `http://127.0.0.1:${server.address().port}/`,
        nextReport: (patienceMs) =>
          once(server, 'report', { signal: AbortSignal.timeout(patienceMs) }).then(
            ([report]) => report,
            () => Promise.reject(new Error(`No page posted a result in ${patienceMs / 1000} s.`)),
          ),
        close: () => server.close(),
      });
    });
  });
}
