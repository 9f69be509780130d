// Files that are brought where a model's file was meant: each is said as what it is, and what to do.
import { File } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';

import { load } from '../../dist/lib/node.js';
import { filesOf } from './helpers/model_files.js';
import { writeGguf } from './helpers/gguf_writer.js';

const core = await load();
const LLAMA = new URL('../golden/tiny_decoders/llama', import.meta.url).pathname;
const LFS = 'version https://git-lfs.github.com/spec/v1\noid sha256:0123456789abcdef\nsize 134106112\n';
const HTML = '<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>';
const gguf = writeGguf({ 'general.architecture': 'llama' }, []);

/** The name of what it is, and its first bytes. */
const FOREIGN = {
  'a Git LFS pointer instead of the file': LFS,
  'a page of HTML': HTML,
  'a page of HTML ': `\ufeff\n  ${HTML}`,
  'a text in XML': '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>',
  'a GGML file': Buffer.from('lmgg\x01\0\0\0'),
  'a GGJT file': Buffer.from('tjgg\x03\0\0\0'),
  'a GGLA file: a LoRA adapter': Buffer.from('algg\x01\0\0\0'),
  "weights in PyTorch's own format": Buffer.concat([
    Buffer.from('PK\x03\x04'),
    Buffer.alloc(26),
    Buffer.from('archive/data.pkl'),
  ]),
  "weights in PyTorch's own format ": Buffer.from([0x80, 2, 0x8a, 10, 0x6c, 0xfc]),
  'a zip': Buffer.from('PK\x03\x04________________config.json'),
  'packed by gzip': gzipSync('weights'),
  'an HDF5 file': Buffer.from([0x89, 0x48, 0x44, 0x46, 13, 10]),
  'an array of NumPy': Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]),
  'a text in JSON': '{"error":"Repository not found"}',
  'a tar': Buffer.concat([Buffer.alloc(257, 97), Buffer.from('ustar')]),
};
const escaped = (text) => text.trim().replace(/[.'()]/g, '\\$&');

test.each(Object.entries(FOREIGN))('%s', async (name, bytes) => {
  const asGguf = core.loadModel([new File([bytes], 'model.gguf')]);
  await expect(asGguf).rejects.toMatchObject({
    code: 'file-format',
    message: expect.stringMatching(new RegExp(`^model\\.gguf is ${escaped(name)}.*\\.$`)),
  });
  const asWeights = core.loadModel(filesOf(LLAMA, { 'model.safetensors': bytes }));
  await expect(asWeights).rejects.toMatchObject({
    code: 'file-format',
    message: expect.stringMatching(new RegExp(`^model\\.safetensors is ${escaped(name)}.*\\.$`)),
  });
});

test('one format by the name of the other, and nothing', async () => {
  const safetensors = readFileSync(`${LLAMA}/model.safetensors`);
  await expect(core.loadModel(safetensors)).rejects.toMatchObject({
    message: expect.stringMatching(
      /is a safetensors file; give it by the name model\.safetensors, with config/,
    ),
  });
  await expect(core.loadModel(filesOf(LLAMA, { 'model.safetensors': gguf }))).rejects.toMatchObject({
    message: expect.stringMatching(/^model\.safetensors is a GGUF, which holds a whole model by itself/),
  });
  await expect(core.loadModel(new Uint8Array(0))).rejects.toMatchObject({ message: 'model.gguf is empty.' });
  await expect(core.loadModel(Buffer.from('no kind of file that is known'))).rejects.toMatchObject({
    message: "model.gguf isn't a GGUF.",
  });
});
