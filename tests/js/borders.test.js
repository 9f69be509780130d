// What crosses the border between JavaScript and WebAssembly: memory, lifetimes, instances, files.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { load } from '../../dist/lib/node.js';
import { smallCall, tensor, thrownBy } from './helpers/tensors.js';

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

test('handles that are forgotten give their memory back when they are collected', async () => {
  const core = await load();
  const megabyte = { data: new Float32Array(262_144), shape: [262_144] };
  let most = 0;
  for (let round = 0; round < 60; ++round) {
    core.tensor(megabyte);
    if (round % 5 === 4) {
      globalThis.gc();
      await settle();
    }
    most = Math.max(most, core.memoryBytes);
  }
  expect(most).toBeLessThan(24 * 1024 * 1024);
});

test('100,000 rounds of create, use and dispose do not grow the memory', async () => {
  const core = await load();
  const { query, key, value } = smallCall();
  const round = () => {
    const resident = core.tensor(key);
    core.attend({ query, key: resident, value });
    resident.dispose();
  };
  for (let i = 0; i < 100; ++i) round();
  const before = core.memoryBytes;
  for (let i = 0; i < 100_000; ++i) round();
  expect(core.memoryBytes).toBe(before);
});

test('memory may grow between calls: handles and earlier results stay as they were', async () => {
  const core = await load();
  const call = smallCall();
  const key = core.tensor(call.key);
  const first = core.attend({ ...call, key });
  const copy = first.output.data.slice();
  const before = core.memoryBytes;
  core.attend({
    query: tensor(1, 1500, 8),
    key: tensor(1, 1500, 8),
    value: tensor(1, 1500, 8),
    taps: ['weights'],
  });
  expect(core.memoryBytes).toBeGreaterThan(before);
  expect(first.output.data).toEqual(copy);
  expect(core.attend({ ...call, key }).output.data).toEqual(copy);
});

test('a disposed tensor is refused, and dispose may be called again', async () => {
  const core = await load();
  const call = smallCall();
  const key = core.tensor(call.key);
  key.dispose();
  key.dispose();
  const error = thrownBy(() => core.attend({ ...call, key }));
  expect(error).toMatchObject({ code: 'disposed', message: 'The tensor given as key was disposed.' });
  expect(() => core.attend(call)).not.toThrow();
});

test('two cores are apart', async () => {
  const [one, other] = await Promise.all([load(), load()]);
  const call = smallCall();
  const key = one.tensor(call.key);
  expect(thrownBy(() => other.attend({ ...call, key })).message).toBe(
    'key must be a tensor of this core, got one of another.',
  );
  expect(one.attend({ ...call, key }).output.data).toEqual(other.attend(call).output.data);
});

test('loads at the same time give cores that answer alike', async () => {
  const cores = await Promise.all(Array.from({ length: 8 }, () => load({ variant: 'simd' })));
  const answers = cores.map((core) => core.attend(smallCall()).output.data);
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(new Set(cores).size).toBe(8);
});

test('out arrays are filled and given back', async () => {
  const core = await load();
  const call = smallCall();
  const out = {
    output: new Float32Array(72),
    weights: new Float32Array(60),
    head_output: new Float32Array(72),
  };
  const result = core.attend({ ...call, taps: ['weights', 'head_output'], out });
  expect(result.output.data).toBe(out.output);
  expect(result.taps.weights.data).toBe(out.weights);
  expect(result.taps.head_output.data).toEqual(out.output);
  expect(out.output).toEqual(core.attend(call).output.data);
});

test('taps of chosen heads are those heads of all taps, in the order asked for', async () => {
  const core = await load();
  const call = smallCall();
  const all = core.attend({ ...call, taps: ['weights', 'lse'] }).taps;
  const some = core.attend({ ...call, taps: ['weights', 'lse'], heads: [3, 0] }).taps;
  expect(some.weights.shape).toEqual([2, 3, 5]);
  expect([...some.weights.data]).toEqual([...all.weights.data.slice(45), ...all.weights.data.slice(0, 15)]);
  expect([...some.lse.data]).toEqual([...all.lse.data.slice(9), ...all.lse.data.slice(0, 3)]);
});

test('without taps the memory grows linearly with tokens', async () => {
  const bytes = [];
  for (const tokens of [4096, 8192, 16384]) {
    const core = await load();
    const x = tensor(1, tokens, 64);
    core.attend({ query: x, key: x, value: x });
    bytes.push(core.memoryBytes);
  }
  expect(bytes[2]).toBeLessThan(64 * 1024 * 1024);
  expect(bytes[2] - bytes[1]).toBeLessThan(2.2 * (bytes[1] - bytes[0]));
});

test('16,384 tokens take less than 64 MB of memory in all', async () => {
  const core = await load();
  const shape = [1, 16384, 64];
  const [query, key, value] = Array.from({ length: 3 }, () =>
    core.tensor({ data: new Float32Array(16384 * 64).fill(0.5), shape }),
  );
  const { output } = core.attend({ query, key, value });
  expect(output.data[16384 * 64 - 1]).toBeCloseTo(0.5, 5);
  expect(core.memoryBytes).toBeLessThan(64 * 2 ** 20);
});

test('a wasmUrl that answers wrongly is an error that names the URL', async () => {
  const wasm = readFileSync(new URL('../../dist/lib/core.simd.wasm', import.meta.url));
  const server = createServer((request, response) => {
    if (request.url === '/page.wasm') response.setHeader('content-type', 'text/html').end('<p>not found</p>');
    else if (request.url === '/short.wasm')
      response.setHeader('content-type', 'application/wasm').end(wasm.subarray(0, 999));
    else if (request.url === '/core.wasm') response.setHeader('content-type', 'application/wasm').end(wasm);
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${server.address().port}`;
  try {
    const failing = { page: 'network', short: 'wasm-unavailable', missing: 'network' };
    for (const [name, code] of Object.entries(failing)) {
      const url = `${base}/${name}.wasm`;
      const error = await load({ variant: 'simd', wasmUrl: url }).catch((reason) => reason);
      expect(error.code).toBe(code);
      expect(error.message).toContain(url);
    }
    const core = await load({ variant: 'simd', wasmUrl: `${base}/core.wasm` });
    expect(core.variant).toBe('simd');
  } finally {
    server.close();
  }
});

test('the variant can be forced, and relaxed is refused where the engine lacks it', async () => {
  expect((await load({ variant: 'simd' })).variant).toBe('simd');
  const { variant } = await load();
  if (variant === 'simd') {
    await expect(load({ variant: 'relaxed' })).rejects.toMatchObject({ code: 'wasm-unavailable' });
  } else {
    expect((await load({ variant: 'relaxed' })).variant).toBe('relaxed');
  }
});

test('the programs really use SIMD: their code holds v128 multiplications', () => {
  for (const variant of ['simd', 'relaxed']) {
    const bytes = readFileSync(new URL(`../../dist/lib/core.${variant}.wasm`, import.meta.url));
    const opcode = variant === 'simd' ? Buffer.from([0xfd, 0xe6, 0x01]) : Buffer.from([0xfd, 0x85, 0x02]);
    expect(bytes.includes(opcode)).toBe(true);
  }
});
