import { readFileSync } from 'node:fs';

import { ROOT, StepError } from '../setup/step.mjs';
import { readReference } from './reference.mjs';

const DOCS = `${ROOT}web/docs/`;

const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export function readEntries() {
  return JSON.parse(readFileSync(`${DOCS}entries.json`, 'utf8'));
}

function memberHtml(name, reference) {
  const entry = reference.get(name);
  if (entry === undefined)
    throw new StepError(`web/docs/entries.json names ${name}, which the package hasn't got.`);
  const words = entry.words === '' ? '' : `<p>${escaped(entry.words)}</p>`;
  const errors = entry.errors.map((error) => `<p>Throws ${escaped(error)}.</p>`).join('');
  // A class is told by its members.
  const code = entry.isClass ? '' : `<pre tabindex="0"><code>${escaped(entry.code)}</code></pre>`;
  return `<details><summary><code>${escaped(name)}</code></summary>${words}${errors}${code}</details>`;
}

/** The documentation's page: every entry with its words from the types, and an example that runs. */
export function docsPage() {
  const reference = readReference();
  const entries = readEntries();
  const links = entries.map(({ example, title }) => `<li><a href="#${example}">${escaped(title)}</a></li>`);
  const sections = entries.map(({ example, title, words, members }) => {
    const code = readFileSync(`${DOCS}examples/${example}.js`, 'utf8').trimEnd();
    return `<section aria-labelledby="${example}">
<h2 id="${example}">${escaped(title)}</h2>
<p>${escaped(words)}</p>
<pre tabindex="0"><code>${escaped(code)}</code></pre>
<p><button type="button" disabled data-run="${example}" aria-label="Run: ${escaped(title)}">Run</button></p>
<pre class="output" role="log" tabindex="0" aria-label="What it prints: ${escaped(title)}"></pre>
${members.map((name) => memberHtml(name, reference)).join('\n')}
</section>`;
  });
  return readFileSync(`${DOCS}index.html`, 'utf8')
    .replace('<!-- links -->', () => links.join('\n'))
    .replace('<!-- entries -->', () => sections.join('\n'));
}
