import { uniforms } from './random.mjs';

/** So many times 100 KB that no call of a launch meets a text again. */
const TEXTS = 60;
const WORDS = 4000;
const SYLLABLES = [
  'ta',
  'ri',
  'con',
  'me',
  'ing',
  'er',
  'st',
  'o',
  'un',
  'ly',
  'pre',
  'sh',
  'ou',
  'al',
  'n',
  'é',
];
/** What stands between words, the plain space most often. */
const BETWEEN = [' ', ' ', ' ', ' ', ' ', ' ', ', ', '. ', '-', ' 1987 ', ' 注意力 ', ' 🙂 ', '\n\n'];

const oneOf = (list, uniform) => list[Math.floor(uniform() * list.length)];

function word(uniform) {
  const syllables = Array.from({ length: 1 + Math.floor(4 * uniform()) }, () => oneOf(SYLLABLES, uniform));
  const spelling = syllables.join('');
  return uniform() < 0.1 ? spelling[0].toUpperCase() + spelling.slice(1) : spelling;
}

/** So many characters of words of its own, a few of them often and most seldom. */
function prose(seed, characters) {
  const uniform = uniforms(seed);
  const words = Array.from({ length: WORDS }, () => word(uniform));
  let text = '';
  while (text.length < characters) {
    text += words[Math.floor(WORDS ** uniform()) - 1] + oneOf(BETWEEN, uniform);
  }
  return text.slice(0, characters);
}

/** Texts to be cut into tokens: for each call `all` characters, in pieces of so many. */
export function tokens({ model, characters, all }, host) {
  const pieces = (text) =>
    Array.from({ length: all / characters }, (_, i) => text.slice(i * characters, (i + 1) * characters));
  return {
    modelUrl: model === 'minilm' ? host.modelUrl : host.languageModelUrl,
    texts: Array.from({ length: TEXTS }, (_, seed) => pieces(prose(seed, all))),
  };
}
