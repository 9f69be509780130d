// The longest turns of the page's thread where the element has no worker, by the processor's time.
import { writeFileSync } from 'node:fs';

import { load } from '../../../dist/lib/node.js';
import { ROOT } from '../../../tools/setup/step.mjs';
import { launchChromium } from './launch_chromium.mjs';

const TEXT = 'Peter met Rosa by the river, and then Peter met';
const NEXT_TEXT = 'Tom met Jane in the garden, and then Tom met her again in the wood';
const REST_MS = 500;
const TRACE_CATEGORIES = ['toplevel', 'devtools.timeline', 'blink.user_timing'];

/** What a reader does with the element, which each runs in the page. */
const ACTIONS = {
  'pointing at cells': async (element) => {
    const plane = element.shadowRoot.querySelector('.plane');
    const { x, y, width, height } = plane.getBoundingClientRect();
    for (let i = 1; i < 10; ++i) {
      const place = { clientX: x + (width * i) / 11, clientY: y + (height * i) / 12 };
      plane.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, ...place }));
      await new Promise(requestAnimationFrame);
    }
  },
  'another head': (element) => Object.assign(element, { layer: 2, head: 2 }),
  'all heads': (element) => element.shadowRoot.querySelector('.head-button').click(),
  'one head again': (element) => element.shadowRoot.querySelector('.head-button').click(),
  'the view lines': (element) => (element.view = 'lines'),
  'the view words': (element) => (element.view = 'words'),
  'the view inside': (element) => (element.view = 'inside'),
  'the view map': (element) => (element.view = 'map'),
  'what if': (element) => element.shadowRoot.querySelector('[data-panel=what-if]').click(),
  'a causal mask': (element) => element.shadowRoot.querySelector('.strip input').click(),
  'the table': (element) => element.shadowRoot.querySelector('[data-panel=table]').click(),
  'the built-in model and a text': (element, text) => Object.assign(element, { model: 'built-in', text }),
  'the next letter': (element) => (element.text += 's'),
};

/** Milliseconds of the processor that the longest task of each phase took on the thread that runs the element. */
function longestTurns(events) {
  const isOurs = ({ name, args }) => name === 'FunctionCall' && args.data?.url?.endsWith('/lib/element.js');
  const { pid, tid } = events.find(isOurs);
  const own = events.filter((event) => event.pid === pid);
  const marks = own.filter(({ name }) => name.startsWith('phase ')).sort((a, b) => a.ts - b.ts);
  const tasks = own.filter((event) => event.tid === tid && event.name.endsWith('RunTask'));
  const phases = [{ name: 'phase the first map', ts: 0 }, ...marks];
  return phases.map(({ name, ts }, i) => {
    const end = phases[i + 1]?.ts ?? Infinity;
    const inPhase = tasks.filter((task) => task.ts + task.dur >= ts && task.ts < end);
    const longest = Math.max(...inPhase.map(({ tdur = 0 }) => tdur));
    return { name: name.slice('phase '.length), times: [longest / 1000] };
  });
}

async function visit(url) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 800, height: 800 });
    const session = await page.createCDPSession();
    const events = [];
    session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
    await session.send('Tracing.start', {
      transferMode: 'ReportEvents',
      traceConfig: { includedCategories: TRACE_CATEGORIES },
    });
    await page.goto(url);
    await page.waitForFunction('globalThis.isReady');
    const rest = () => new Promise((resolve) => setTimeout(resolve, REST_MS));
    await rest();
    const element = await page.$('attention-head');
    for (const [name, act] of Object.entries(ACTIONS)) {
      await page.evaluate((phase) => void performance.mark(`phase ${phase}`), name);
      await element.evaluate(act, NEXT_TEXT);
      await rest();
    }
    const isComplete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
    await session.send('Tracing.end');
    await isComplete;
    return longestTurns(events);
  } finally {
    await browser.close();
  }
}

/** A page that has the element from another origin, so that it gets no worker. */
export async function openTurns({ url }) {
  const model = await (await load()).loadModel('built-in');
  writeFileSync(`${ROOT}build/bench/peter.safetensors`, model.run(TEXT).toTrace());
  return {
    solve: async () => ({ results: await visit(`${url}turns/page.html`) }),
    close: async () => undefined,
  };
}
