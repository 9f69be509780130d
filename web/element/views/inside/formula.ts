/** The steps from a query and a key to what the head gives, in their order. */
export const STAGES = ['vectors', 'score', 'mask', 'softmax', 'values'] as const;
export type Stage = (typeof STAGES)[number];

const MATH = 'http://www.w3.org/1998/Math/MathML';

function math(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (Node | string)[]
): Element {
  const element = document.createElementNS(MATH, name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}

const symbol = (stage: Stage, ...children: readonly Node[]) =>
  math('mrow', { class: `symbol ${stage}`, 'data-stage': stage }, ...children);
const letter = (text: string, role: string) => math('mi', { class: role }, text);
const sign = (text: string) => math('mo', {}, text);

/** softmax(QKᵀ/√d_k + M)V, whose symbols are the stages that they name. */
export function formula(): Element {
  const product = symbol(
    'vectors',
    letter('Q', 'query'),
    math('msup', {}, letter('K', 'key'), math('mi', { mathvariant: 'normal' }, 'T')),
  );
  const root = symbol('score', math('msqrt', {}, math('msub', {}, math('mi', {}, 'd'), math('mi', {}, 'k'))));
  return math(
    'math',
    {
      display: 'block',
      'aria-label': 'softmax of Q K transposed over the square root of d k, plus M, times V',
    },
    math(
      'mrow',
      {},
      letter('Attention', ''),
      sign('='),
      symbol('softmax', math('mi', {}, 'softmax')),
      sign('('),
      math('mfrac', {}, product, root),
      symbol('mask', sign('+'), math('mi', {}, 'M')),
      sign(')'),
      symbol('values', letter('V', 'value')),
    ),
  );
}
