// What tests of pages look for and wait for.
import assert from 'node:assert/strict';

import { AXE } from './element_server.mjs';

/** The words of an element, in the page: `host >>> inner` is within the host's shadow. */
export function words(selector) {
  const [host, inner] = selector.split(' >>> ');
  const element = document.querySelector(host);
  const found = inner === undefined ? element : element?.shadowRoot?.querySelector(inner);
  return found?.innerText.replaceAll(/\s+/g, ' ').trim();
}

/** Waits until a function of the page gives what is asked for. */
export async function until(page, work, isIt, ...values) {
  let seen;
  for (let tries = 0; tries < 150; ++tries) {
    seen = await page.evaluate(work, ...values);
    if (isIt(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`waited in vain; last seen: ${JSON.stringify(seen)}`);
}

/** That axe finds nothing on the page in this state. */
export async function expectAccessible(page, state) {
  await page.evaluate(new Function(`if (!window.axe) { ${AXE} }`));
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 120)} ${failureSummary}`).join('; ')}`,
    );
  });
  assert.deepEqual(found, [], state);
}

/** The engines to be tested: all, or the one that ENGINE names. */
export function chosen(engines) {
  return Object.entries(engines).filter(([name]) => (process.env.ENGINE ?? name) === name);
}
