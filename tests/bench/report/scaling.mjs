import { contendersOf } from './statistics.mjs';
import { digits, table } from './table.mjs';

const FORMS = [
  { form: 'full', colour: '#5b3fa0' },
  { form: 'causal', colour: '#c2571a' },
  { form: 'window', colour: '#1a7f5a' },
];

/** Best milliseconds by form and tokens. */
function timesOf(runs) {
  const times = Object.fromEntries(FORMS.map(({ form }) => [form, new Map()]));
  for (const [{ form, queries }, launches] of runs) {
    const best = contendersOf(launches).find(({ name }) => name === 'ours')?.best;
    if (best !== undefined) times[form].set(queries, best);
  }
  return times;
}

export function scaling(runs) {
  const times = timesOf(runs);
  const tokens = [...new Set([...runs.keys()].map(({ queries }) => queries))];
  const rows = tokens.map((count) => [
    String(count),
    ...FORMS.map(({ form }) => digits(times[form].get(count))),
  ]);
  return [table(['tokens', ...FORMS.map(({ form }) => `${form}, ms`)], rows)];
}

const SIZE = { width: 640, height: 400 };
const FRAME = { left: 70, right: 80, top: 20, bottom: 45 };

/** The place of a value on an axis of logarithms, from `first` to `last` pixels. */
function logScale([least, most], first, last) {
  return (value) => first + ((last - first) * Math.log(value / least)) / Math.log(most / least);
}

/** Time against tokens, both in logarithms, as SVG. */
export function scalingPlot(runs) {
  const times = timesOf(runs);
  const all = FORMS.flatMap(({ form }) => [...times[form]]);
  const counts = all.map(([count]) => count);
  const [low, high] = [Math.min, Math.max].map((of) => Math.log10(of(...all.map(([, ms]) => ms))));
  const [lowest, highest] = [Math.floor(low), Math.ceil(high)];
  const x = logScale([Math.min(...counts), Math.max(...counts)], FRAME.left, SIZE.width - FRAME.right);
  const y = logScale([10 ** lowest, 10 ** highest], SIZE.height - FRAME.bottom, FRAME.top);
  const text = (at, left, top, anchor = 'middle', fill = '#444') =>
    `<text x="${left.toFixed(1)}" y="${top.toFixed(1)}" text-anchor="${anchor}" fill="${fill}">${at}</text>`;
  const line = (x1, y1, x2, y2) => {
    const [a, b, c, d] = [x1, y1, x2, y2].map((place) => place.toFixed(1));
    return `<line x1="${a}" y1="${b}" x2="${c}" y2="${d}" stroke="#ddd" />`;
  };
  const decades = Array.from({ length: highest - lowest + 1 }, (_, i) => 10 ** (lowest + i));
  const columns = [...new Set(counts)].toSorted((a, b) => a - b);
  const curves = FORMS.flatMap(({ form, colour }) => {
    const points = [...times[form]].toSorted(([a], [b]) => a - b);
    const path = points.map(([count, ms]) => `${x(count).toFixed(1)},${y(ms).toFixed(1)}`).join(' ');
    const [count, ms] = points.at(-1);
    return [
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2" />`,
      text(form, x(count) + 8, y(ms) + 4, 'start', colour),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#fff" />',
    ...decades.map((ms) => line(FRAME.left, y(ms), SIZE.width - FRAME.right, y(ms))),
    ...decades.map((ms) => text(`${ms} ms`, FRAME.left - 8, y(ms) + 4, 'end')),
    ...columns.map((count) => line(x(count), FRAME.top, x(count), SIZE.height - FRAME.bottom)),
    ...columns.map((count) => text(count, x(count), SIZE.height - FRAME.bottom + 18)),
    text('tokens', (FRAME.left + SIZE.width - FRAME.right) / 2, SIZE.height - 8),
    ...curves,
    '</svg>\n',
  ].join('\n');
}
