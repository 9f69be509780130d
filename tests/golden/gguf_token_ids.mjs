// Prints what llama.cpp cuts texts into: node gguf_token_ids.mjs JOBS.json, a list of [path of a GGUF, texts].
// Run by gguf_tokenizers.py; node-llama-cpp must be in the folder where it is run.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'index.js'));
const { getLlama } = await import(require.resolve('node-llama-cpp'));
const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'disabled' });
const answers = [];
for (const [modelPath, texts] of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  try {
    const model = await llama.loadModel({ modelPath, vocabOnly: true });
    answers.push(texts.map((text) => model.tokenize(text, true)));
    await model.dispose();
  } catch {
    answers.push(null);
  }
}
process.stdout.write(JSON.stringify(answers), () => process.exit(0));
