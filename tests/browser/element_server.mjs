// Serves the element as packed, and the pages that tests put it on, each under a content policy of its own.
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';

import { PolicyReports } from './policy_reports.mjs';

const LIB = new URL('../../dist/lib/', import.meta.url);
const TYPES = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.html': 'text/html; charset=utf-8',
};

/** The policy that the element is made for: nothing of its own but 'wasm-unsafe-eval'. */
export const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'";

/** A page with the element's script and rule in its head. */
export function page(body, { head = '', lib = '/lib' } = {}) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>A page</title><link rel="stylesheet" href="${lib}/element.css">
<script type="module" src="${lib}/element.js"></script>${head}</head><body><main><h1>A page</h1>${body}</main></body></html>`;
}

/**
 * A server of pages by their paths: { html, policy, delay } where the delay is that of the element's script. Files
 * stand under /lib, and copies of them under /other.
 */
export function elementServer(pages, files) {
  const reports = new PolicyReports();
  const requests = [];
  let delay = 0;
  let policy = POLICY;
  const server = createServer((request, response) => {
    if (reports.take(request, response)) return;
    const { pathname } = new URL(request.url, 'http://localhost');
    requests.push(pathname);
    const own = pages[pathname];
    if (own !== undefined) {
      delay = own.delay ?? 0;
      policy = reports.reported(own.policy ?? POLICY);
      response.writeHead(200, {
        'content-type': TYPES['.html'],
        'content-security-policy': policy,
      });
      return response.end(own.html);
    }
    const headers = {
      'content-type': TYPES[extname(pathname)] ?? 'application/octet-stream',
      'access-control-allow-origin': '*',
      // A worker has the policy of its own script.
      'content-security-policy': policy,
    };
    const given = files[pathname];
    if (given !== undefined) return response.writeHead(200, headers).end(given);
    const file = new URL(pathname.replace(/^\/(lib|other)\//, ''), LIB);
    const isThere = file.href.startsWith(LIB.href) && statSync(file, { throwIfNoEntry: false })?.isFile();
    if (!isThere) return response.writeHead(404).end();
    setTimeout(
      () => {
        response.writeHead(200, headers);
        createReadStream(file).pipe(response);
      },
      pathname.endsWith('/element.js') ? delay : 0,
    );
  });
  return { server, reports, requests };
}

export const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
