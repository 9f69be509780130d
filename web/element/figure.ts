import { make } from './make.js';
import { labelText } from './token_label.js';
import type { Shown } from './view.js';

export type FigureType = 'png' | 'svg' | 'csv';

const CELL = 18;
const LABEL = 120;
const FONT = 12;
const SVG = 'http://www.w3.org/2000/svg';

/** Where everything of a figure lies, in its own units. */
interface Layout {
  side: { width: number; height: number };
  width: number;
  height: number;
}

function layOut({ info }: Shown): Layout {
  const side = { width: info.keyTokens.length * CELL, height: info.tokens.length * CELL };
  return { side, width: LABEL + side.width + CELL, height: LABEL + side.height + CELL };
}

/** A map as a canvas of one pixel a cell, which keeps every weight's colour. */
function mapCanvas({ info, result, colours }: Shown): HTMLCanvasElement {
  const [width, height] = [info.keyTokens.length, info.tokens.length];
  const largest = result.weights.reduce((max, weight) => Math.max(max, weight || 0), 0);
  const pixels = new Uint8ClampedArray(4 * width * height);
  result.weights.forEach((weight, cell) => {
    const at = 4 * Math.round(255 * Math.min(1, largest > 0 ? (weight || 0) / largest : 0));
    pixels.set(colours.subarray(at, at + 4), 4 * cell);
  });
  const canvas = make('canvas', { width: String(width), height: String(height) });
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}

function title({ result, name }: Shown): string {
  return `Layer ${result.layer}, head ${result.head}${name === undefined ? '' : ` (${name.name})`}`;
}

function blobOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) =>
      blob === null ? reject(new Error('This figure is too large for a picture.')) : resolve(blob),
    );
  });
}

/** Cuts a label to what the figure has room for. */
function label(text: string): string {
  const characters = [...text];
  return characters.length > 16 ? `${characters.slice(0, 15).join('')}…` : text;
}

async function png(shown: Shown, scale: number): Promise<Blob> {
  const { side, width, height } = layOut(shown);
  const canvas = make('canvas', {
    width: String(Math.ceil(width * scale)),
    height: String(Math.ceil(height * scale)),
  });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const isDark = shown.style.theme === 'dark';
  context.scale(scale, scale);
  context.fillStyle = isDark ? '#141418' : '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingEnabled = false;
  context.drawImage(mapCanvas(shown), LABEL, LABEL, side.width, side.height);
  context.strokeStyle = context.fillStyle = isDark ? '#ececf1' : '#1c1c22';
  context.lineWidth = 0.5;
  context.strokeRect(LABEL, LABEL, side.width, side.height);
  context.font = `${FONT}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  context.fillText(title(shown), CELL / 2, CELL / 2 + 4);
  const { tokens, keyTokens } = shown.info;
  context.textAlign = 'right';
  tokens.forEach((_, i) =>
    context.fillText(label(labelText(tokens, i)), LABEL - 6, LABEL + (i + 0.5) * CELL),
  );
  context.textAlign = 'left';
  keyTokens.forEach((_, i) => {
    context.save();
    context.translate(LABEL + (i + 0.5) * CELL, LABEL - 6);
    context.rotate(-Math.PI / 2);
    context.fillText(label(labelText(keyTokens, i)), 0, 0);
    context.restore();
  });
  return blobOf(canvas);
}

/** Text is text in it, and the map one embedded image. */
async function svg(shown: Shown): Promise<Blob> {
  const { side, width, height } = layOut(shown);
  const isDark = shown.style.theme === 'dark';
  const [paper, ink] = isDark ? ['#141418', '#ececf1'] : ['#fff', '#1c1c22'];
  // Made apart from the page, which would fetch the image, and may forbid it.
  const file = document.implementation.createDocument(SVG, null);
  const add = (name: string, attributes: Record<string, string | number>, text = '') => {
    const element = file.createElementNS(SVG, name);
    for (const [attribute, value] of Object.entries(attributes))
      element.setAttribute(attribute, String(value));
    element.textContent = text;
    return element;
  };
  const root = add('svg', {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    'font-family': 'system-ui, sans-serif',
    'font-size': FONT,
    fill: ink,
  });
  const { tokens, keyTokens } = shown.info;
  const placed = { x: LABEL, y: LABEL, width: side.width, height: side.height };
  const image = mapCanvas(shown).toDataURL();
  root.append(
    add('title', {}, title(shown)),
    add('rect', { width, height, fill: paper }),
    add('text', { x: CELL / 2, y: CELL / 2 + 8 }, title(shown)),
    add('image', { ...placed, href: image, preserveAspectRatio: 'none', 'image-rendering': 'pixelated' }),
    add('rect', { ...placed, fill: 'none', stroke: ink, 'stroke-width': 0.5 }),
    ...tokens.map((_, i) =>
      add(
        'text',
        { x: LABEL - 6, y: LABEL + (i + 0.5) * CELL + 4, 'text-anchor': 'end' },
        label(labelText(tokens, i)),
      ),
    ),
    ...keyTokens.map((_, i) => {
      const x = LABEL + (i + 0.5) * CELL + 4;
      return add(
        'text',
        { transform: `translate(${x} ${LABEL - 6}) rotate(-90)` },
        label(labelText(keyTokens, i)),
      );
    }),
  );
  // A character that XML has not would make the whole file unreadable.
  const text = new XMLSerializer()
    .serializeToString(root)
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
  return new Blob([text], { type: 'image/svg+xml' });
}

/** One row a query, one column a key; RFC 4180. */
function csv({ info, result }: Shown): Blob {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const count = info.keyTokens.length;
  const first = ['', ...info.keyTokens.map(({ text }) => quote(text))].join(',');
  const rows = info.tokens.map(({ text }, query) =>
    [quote(text), ...result.weights.subarray(query * count, (query + 1) * count)].join(','),
  );
  return new Blob([`${[first, ...rows].join('\r\n')}\r\n`], { type: 'text/csv' });
}

/** The head's map as a file. A PNG is `scale` times as large as its SVG. */
export async function makeFigure(shown: Shown, type: FigureType, scale = 2): Promise<Blob> {
  if (type === 'png') return png(shown, scale);
  return type === 'svg' ? svg(shown) : csv(shown);
}
