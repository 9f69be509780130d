// GGUF files that are broken: each is one clear error, and what was loaded before works on.
import { readFileSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { changedGguf } from './helpers/gguf_writer.js';

const core = await load();
const whole = readFileSync(new URL('../golden/tiny_decoders/llama/model.gguf', import.meta.url));
const good = await core.loadModel(whole);

async function errorOf(promise) {
  const error = await promise.then(
    (model) => model.dispose(),
    (reason) => reason,
  );
  expect(error?.name).toBe('AttentionError');
  expect(good.run([5, 6, 7]).tokens).toHaveLength(3);
  return error;
}

/** The file with the bytes of one text replaced by another of the same length. */
function withText(from, to) {
  const changed = Buffer.from(whole);
  const at = changed.indexOf(from);
  expect(at).toBeGreaterThan(0);
  expect(to).toHaveLength(from.length);
  changed.write(to, at);
  return changed;
}

/** The file with the number that stands behind a key of the metadata changed. */
function withNumber(key, number) {
  const changed = Buffer.from(whole);
  const at = changed.indexOf(key) + key.length + 4;
  changed.writeUInt32LE(number, at);
  return changed;
}

/** The file with 4 bytes of a tensor's entry changed, so many bytes behind its name. */
function withTensor(name, offset, number) {
  const changed = Buffer.from(whole);
  changed.writeUInt32LE(number, changed.indexOf(name) + name.length + offset);
  return changed;
}

function withVersion(version) {
  const changed = Buffer.from(whole);
  changed.writeUInt32LE(version, 4);
  return changed;
}

const Q = 'blk.0.attn_q.weight';
const broken = {
  'an old version': [withVersion(1), /version must be 2 or 3, got 1/],
  'a new version': [withVersion(4), /version must be 2 or 3, got 4/],
  'big-endian numbers': [
    withVersion(3 << 24),
    /its numbers are big-endian, which isn't read here; .*gguf_convert_endian.py converts/,
  ],
  'an unknown architecture': [
    withText('llama', 'mamba'),
    /general.architecture must be one of llama, .*, got "mamba"/,
  ],
  'an unknown pre-tokenizer': [
    withText('gpt-2', 'gpt-3'),
    /tokenizer.ggml.pre must be one of .*, got "gpt-3"/,
  ],
  'a missing tensor': [
    changedGguf(whole, {}, (tensors) => tensors.filter(({ name }) => name !== Q)),
    /"blk.0.attn_q.weight" is missing/,
  ],
  'a tensor of another model': [
    withText(Q, 'blk.0.attn_z.weight'),
    /tensor "blk.0.attn_z.weight" isn't one that the architecture "llama" has/,
  ],
  'a layer too many': [
    withText(Q, 'blk.9.attn_q.weight'),
    /tensor "blk.9.attn_q.weight" isn't one that the architecture "llama" has/,
  ],
  'a wrong shape': [
    withNumber('llama.feed_forward_length', 41),
    /must have the shape 41 by 24 by the config/,
  ],
  'heads that do not divide': [withNumber('llama.attention.head_count_kv', 3), /must be a multiple of/],
  'an unread type': [
    withTensor(Q, 20, 23),
    /"blk.0.attn_q.weight" is stored as IQ4_XS, which isn't read here; .*llama-quantize .* converts it/,
  ],
  'another unread type': [withTensor(Q, 20, 39), /is stored as MXFP4, which/],
  'a type to come': [withTensor(Q, 20, 99), /is stored as a type newer than/],
  'a type whose blocks do not fit': [withTensor(Q, 20, 8), /aren't whole blocks of 32 \(Q8_0\)/],
  'too many dimensions': [withTensor(Q, 0, 5), /has 5 dimensions; 4 is the most/],
  'a vocabulary that does not fit': [
    withTensor('token_embd.weight', 12, 99),
    /"token_embd.weight" must have the shape 100 by 24|lies|begins|leaving/,
  ],
  'a count beyond the file': [
    (() => {
      const changed = Buffer.from(whole);
      changed.writeUInt32LE(0xffffffff, 8);
      return changed;
    })(),
    /can't hold 4294967295 tensors/,
  ],
};

test.each(Object.entries(broken))('%s', async (_, [bytes, message]) => {
  expect(await errorOf(core.loadModel(bytes))).toMatchObject({
    code: 'file-format',
    message: expect.stringMatching(message),
  });
});

test('a file cut short anywhere', async () => {
  for (let length = 0; length < whole.length; length += 997) {
    expect(await errorOf(core.loadModel(whole.subarray(0, length)))).toMatchObject({ code: 'file-format' });
  }
});

test.each([
  ['bytes behind the last tensor', Buffer.concat([whole, Buffer.alloc(100, 7)])],
  ['version 2', withVersion(2)],
])('%s: the same model', async (_, bytes) => {
  const model = await core.loadModel(bytes);
  expect([...model.run([5, 6, 7]).logits.data]).toEqual([...good.run([5, 6, 7]).logits.data]);
});

test('a file with any bit of its header changed is read as it says, or is an error', async () => {
  let refused = 0;
  for (let at = 0; at < 5000; at += 13) {
    const changed = Buffer.from(whole);
    changed[at] ^= 1 << (at % 8);
    try {
      (await core.loadModel(changed)).dispose();
    } catch (error) {
      expect(error).toMatchObject({ name: 'AttentionError' });
      expect(['file-format', 'out-of-memory']).toContain(error.code);
      ++refused;
    }
  }
  expect(refused).toBeGreaterThan(100);
  expect(good.run([5, 6, 7]).tokens).toHaveLength(3);
});

test('sizes beyond memory', async () => {
  const changed = withNumber('llama.context_length', 16_000_000);
  const model = await core.loadModel(changed);
  const error = await errorOf(
    Promise.resolve().then(() => model.run([5], { room: 15_000_000, logits: 'all' })),
  );
  expect(error).toMatchObject({ code: 'out-of-memory', message: expect.stringMatching(/needs \d+ bytes/) });
});
