// The page's server: what it serves, under which policy, and what it refuses; and the port it takes.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { listen, pageServer, POLICY } from '../../tools/serve.mjs';

const folder = mkdtempSync(join(tmpdir(), 'attention-head-'));
const cache = join(folder, 'cache');
const SECRET = 'what lies beside the models';

/** Asks for a path as it is written: fetch and URL would tidy it. */
function ask(port, path, method = 'GET') {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: 'localhost', port, path, method }, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      const { statusCode: status, headers } = response;
      resolve({ status, headers, body: Buffer.concat(chunks).toString() });
    });
    request.on('error', reject).end();
  });
}

describe('the server', () => {
  const server = pageServer();
  let port;
  before(async () => {
    mkdirSync(join(cache, 'org/name'), { recursive: true });
    mkdirSync(join(cache, 'two words'));
    writeFileSync(join(cache, 'org/name/config.json'), '{"a":1}');
    writeFileSync(join(cache, 'two words/é.json'), '{}');
    writeFileSync(join(folder, 'secret.json'), SECRET);
    process.env.ATTENTION_HEAD_CACHE = cache;
    port = await listen(server, 0);
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  test('serves models under the policy, with their types', async () => {
    const { status, headers, body } = await ask(port, '/models/org/name/config.json?x=1');
    assert.equal(status, 200);
    assert.equal(body, '{"a":1}');
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers['content-length'], '7');
    assert.equal(headers['content-security-policy'], POLICY);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal((await ask(port, '/models/two%20words/%C3%A9.json')).body, '{}');
  });

  test('serves the page, the same as its file', async () => {
    const { status, headers, body } = await ask(port, '/');
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(headers['content-security-policy'], POLICY);
    assert.equal(body, readFileSync(new URL('../../dist/app/index.html', import.meta.url), 'utf8'));
  });

  test('answers HEAD as GET but for the body, and refuses other methods', async () => {
    const path = '/models/org/name/config.json';
    const [head, get] = [await ask(port, path, 'HEAD'), await ask(port, path)];
    assert.equal(head.status, 200);
    assert.equal(head.body, '');
    const timeless = ({ headers: { date, ...rest } }) => (assert.ok(date), rest);
    assert.deepEqual(timeless(head), timeless(get));
    assert.equal((await ask(port, '/nothing', 'HEAD')).status, 404);
    for (const method of ['POST', 'PUT', 'DELETE']) {
      assert.equal((await ask(port, path, method)).status, 404);
    }
  });

  const outside = [
    '/models/../secret.json',
    '/models/org/../../secret.json',
    '/models/..%2fsecret.json',
    '/models/..%2Fsecret.json',
    '/models/%2e%2e/secret.json',
    '/models/%2e%2e%2fsecret.json',
    '/models/org%2f..%2f..%2fsecret.json',
    '/models/..%5csecret.json',
    '/models//../secret.json',
    '/models/org/name/config.json%00.html',
    '/models/%00',
    '/%00',
    '/..%2fpackage.json',
    '/..%2f..%2fpackage.json',
    '/../../package.json',
    '/%2e%2e/%2e%2e/package.json',
    '//etc/passwd',
    '/%2fetc/passwd',
    '/models/%2fetc/passwd',
    '/models/',
    '/models',
    '/models/org',
    '/models/org/name/',
    '/%',
    '/%ff',
  ];
  for (const path of outside) {
    test(`refuses ${path}`, async () => {
      const { status, body } = await ask(port, path);
      assert.equal(status, 404);
      assert.equal(body, 'Not found.\n');
    });
  }
});

describe('listen', () => {
  /** Two free ports side by side, the first of them taken. */
  async function takePort() {
    for (;;) {
      const taker = createServer();
      const port = await listen(taker, 0);
      const probe = createServer();
      const next = await listen(probe, port + 1);
      await new Promise((resolve) => probe.close(resolve));
      if (next === port + 1) return { taker, port };
      taker.close();
    }
  }

  test('steps over a taken port, and says which it took', async () => {
    const { taker, port } = await takePort();
    const server = pageServer();
    try {
      assert.equal(await listen(server, port), port + 1);
      assert.equal((await ask(port + 1, '/nothing')).status, 404);
    } finally {
      server.close();
      taker.close();
    }
  });

  test('gives up where no port is left to try', async () => {
    const { taker, port } = await takePort();
    const message = `Port ${port} can't be had (EADDRINUSE): set PORT to another.`;
    await assert.rejects(listen(pageServer(), port, 0), { message });
    taker.close();
  });

  test('gives up at the last port there is', async () => {
    const taker = createServer();
    await listen(taker, 65535).catch(() => {}); // taken by others: as good
    const message = "Port 65535 can't be had (EADDRINUSE): set PORT to another.";
    await assert.rejects(listen(pageServer(), 65535), { message });
    taker.close();
  });
});
