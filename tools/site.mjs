// npm run site: one static folder, dist/site, that any file server can serve from any path.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

import { build } from './build.mjs';
import { main, ROOT, say } from './setup/step.mjs';

const SITE = `${ROOT}dist/site`;
const ENTRY = `${SITE}/glossary/attention-head`;
const SENTENCE = 'Tom met Jane in the garden, and then Tom met';

/** The glossary's example, as the built-in model reads it, with what its heads are called. */
async function writeTrace(file) {
  const { load } = await import('../dist/lib/node.js');
  const model = await (await load({ variant: 'simd' })).loadModel('built-in');
  const { heads } = await model.nameHeads();
  writeFileSync(file, model.run(SENTENCE).toTrace({ names: heads }));
}

/** Examples say 'attention-head', which a browser can't find without being told. */
function copyExamples() {
  const folder = `${ROOT}web/docs/examples`;
  mkdirSync(`${SITE}/docs/examples`, { recursive: true });
  for (const file of readdirSync(folder)) {
    const code = readFileSync(`${folder}/${file}`, 'utf8').replace(
      "'attention-head'",
      "'../../lib/index.js'",
    );
    writeFileSync(`${SITE}/docs/examples/${file}`, code);
  }
}

/** Writes the site from a package and a page that are built. */
export async function writeSite() {
  const isNoMap = (file) => !file.endsWith('.map');
  rmSync(SITE, { recursive: true, force: true });
  cpSync(`${ROOT}dist/app`, SITE, { recursive: true, filter: isNoMap });
  cpSync(`${ROOT}dist/lib`, `${SITE}/lib`, { recursive: true, filter: isNoMap });
  cpSync(`${ROOT}web/glossary`, ENTRY, { recursive: true });
  await writeTrace(`${ENTRY}/jane.safetensors`);
  copyExamples();
  for (const file of ['docs.js', 'style.css']) cpSync(`${ROOT}web/docs/${file}`, `${SITE}/docs/${file}`);
  const { docsPage } = await import('./site/docs_page.mjs');
  writeFileSync(`${SITE}/docs/index.html`, docsPage());
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  await main(async () => {
    await build();
    await (await import('./bundle_app.mjs')).bundleApp();
    await writeSite();
    say('The site is in dist/site: serve that folder as it is.');
  });
}
