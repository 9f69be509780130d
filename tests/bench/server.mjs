import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, normalize } from 'node:path';

import { ROOT } from '../../tools/setup/step.mjs';
import { cacheFolder } from '../../web/cli/model_cache.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

const FOLDERS = {
  '/lib/': `${ROOT}dist/lib/`,
  '/bench/': `${ROOT}build/bench/`,
  '/node_modules/': `${ROOT}tests/bench/node_modules/`,
  '/models/': `${cacheFolder()}/`,
};

function fileOf(path) {
  const prefix = Object.keys(FOLDERS).find((start) => path.startsWith(start));
  if (prefix === undefined || path.includes('..')) return undefined;
  const file = normalize(FOLDERS[prefix] + path.slice(prefix.length));
  return existsSync(file) && statSync(file).isFile() ? file : undefined;
}

const PAGE = '<!doctype html><title>bench</title><script type="module" src="/bench/page.js"></script>';

/** Serves the page, the package, the peers and the models, isolated so that the page's timers are fine. */
export function serve() {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const file = fileOf(pathname);
    if (pathname !== '/' && file === undefined) return response.writeHead(404).end();
    response.writeHead(200, {
      'content-type':
        file === undefined ? TYPES['.html'] : (TYPES[extname(file)] ?? 'application/octet-stream'),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cache-control': 'no-cache',
    });
    response.end(file === undefined ? PAGE : readFileSync(file));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({ url: `http://127.0.0.1:${server.address().port}/`, server }),
    );
  });
}
