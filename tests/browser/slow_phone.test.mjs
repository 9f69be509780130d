// How long a reader on a slow phone waits for the first map, beside an empty page: fresh profiles, Chromium.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';

import puppeteer from 'puppeteer-core';

import { load } from '../../dist/lib/node.js';
import { listen } from '../../tools/serve.mjs';
import { CHROMIUM } from '../../tools/setup/chromium.mjs';
import { page } from './element_server.mjs';

const RUNS = 9;
const MOST_MS = 2000;
/** 1.6 Mbit/s each way, 150 ms there and back, a processor of a quarter the speed. */
const NETWORK = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 200_000 };

const core = await load();
const trace = (await core.loadModel('built-in'))
  .run('Peter met Rosa by the river, and then Peter met')
  .toTrace();
const TAG =
  '<attention-head id="head" src="/peter.safetensors" layer="1" head="3" query="14"></attention-head>';
const pages = { '/empty': '<!doctype html><title>Empty</title><p>Empty</p>', '/element': page(TAG) };

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  const html = pages[pathname];
  const type = { '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' }[
    extname(pathname)
  ];
  let body;
  try {
    body = html ?? (pathname === '/peter.safetensors' ? trace : readFileSync(`dist${pathname}`));
  } catch {
    return response.writeHead(404).end();
  }
  const headers = { 'content-type': html === undefined ? (type ?? 'application/octet-stream') : 'text/html' };
  response.writeHead(200, { ...headers, 'content-encoding': 'gzip' });
  response.end(gzipSync(body));
});
let address;
before(async () => {
  address = `http://localhost:${await listen(server, 8580)}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

/** Milliseconds from navigation to the frame after the page's first map, or after its first text. */
async function wait(path) {
  const browser = await puppeteer.launch(CHROMIUM);
  try {
    const tab = await browser.newPage();
    await tab.setViewport({ width: 360, height: 740, deviceScaleFactor: 3, isMobile: true, hasTouch: true });
    const session = await tab.createCDPSession();
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', NETWORK);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await tab.evaluateOnNewDocument(() => {
      const note = () => requestAnimationFrame(() => setTimeout(() => (window.shownAt = performance.now())));
      if (location.pathname === '/empty') addEventListener('DOMContentLoaded', note);
      else addEventListener('attention-ready', note);
    });
    await tab.goto(`${address}${path}`);
    const handle = await tab.waitForFunction(() => window.shownAt, { timeout: 30_000 });
    return await handle.jsonValue();
  } finally {
    await browser.close();
  }
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

test(`the first map shows within ${MOST_MS} ms on a slow phone`, async () => {
  assert.ok(trace.length <= 60 * 1024, `the trace is ${trace.length} bytes`);
  const times = { '/empty': [], '/element': [] };
  for (let run = 0; run < RUNS; ++run)
    for (const path of Object.keys(times)) times[path].push(await wait(path));
  const [empty, element] = [median(times['/empty']), median(times['/element'])];
  console.log(`# median of ${RUNS}: ${element.toFixed(0)} ms, an empty page ${empty.toFixed(0)} ms`);
  assert.ok(element <= MOST_MS, `${times['/element'].map((time) => time.toFixed(0))} ms`);
});
