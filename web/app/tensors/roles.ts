import { AttentionError } from '../../lib/errors.js';
import type { Arrays, Numbers } from './arrays.js';

/** What an array can stand for. */
export const ROLES = ['query', 'key', 'value', 'weights', 'mask'] as const;
export type Role = (typeof ROLES)[number];

const WORDS: Readonly<Record<Role, RegExp>> = {
  query: /^(q|quer(y|ies)|xq)$/,
  key: /^(k|keys?|xk)$/,
  value: /^(v|vals?|values?|xv)$/,
  weights: /^(w|weights?|att|attns?|attentions?|probs?|probabilities|patterns?)$/,
  mask: /^masks?$/,
};
/** Words of arrays that are something else, whatever other words they have. */
const OTHER =
  /^(ids?|tokens?|positions?|pos|bias|scores?|logits?|masked|softcapped|lse|out|outputs?|hidden|pad|padding|cache|scale)$/;

/** The words of an array's own name: the last part of a path that isn't a number. */
function wordsOf(name: string): string[] {
  const own =
    name
      .split(/[./]/)
      .filter((part) => /[a-z]/i.test(part))
      .at(-1) ?? '';
  return own
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
}

/** What an array is by its name: `other` for what can be none of the roles, undefined where a name says nothing. */
function roleByName(name: string): Role | 'other' | undefined {
  const words = wordsOf(name);
  if (words.some((word) => OTHER.test(word))) return 'other';
  const [role, second] = ROLES.filter((candidate) => words.some((word) => WORDS[candidate].test(word)));
  if (second === 'mask') return 'mask';
  // Queries of attention are queries; queries, keys and values in one are none of them.
  return second === undefined || second === 'weights' ? role : 'other';
}

/** Which array is which, by its name, else by its shape: a square one is weights. */
export function guessRoles(numbers: ReadonlyMap<string, Numbers>): Map<Role, string> {
  const guessed = new Map<Role, string>();
  for (const [name, { shape, kind }] of numbers) {
    const role = roleByName(name) ?? (kind === 'boolean' ? 'mask' : undefined);
    if (role === undefined || role === 'other' || guessed.has(role) || (role !== 'mask' && shape.length < 2))
      continue;
    guessed.set(role, name);
  }
  const isOfVectors = guessed.has('query') && guessed.has('key') && guessed.has('value');
  if (isOfVectors) guessed.delete('weights');
  else for (const role of ['query', 'key', 'value', 'mask'] as const) guessed.delete(role);
  if (isOfVectors || guessed.has('weights')) return guessed;
  const isSquare = ({ shape }: Numbers) => shape.length >= 2 && shape.at(-1) === shape.at(-2);
  const square = [...numbers].find(([name, array]) => isSquare(array) && roleByName(name) === undefined);
  if (square !== undefined) return new Map([['weights', square[0]]]);
  // What numpy.savez calls the arrays of a list.
  const listed = ['arr_0', 'arr_1', 'arr_2'];
  if (numbers.size === 3 && listed.every((name) => numbers.has(name)))
    return new Map((['query', 'key', 'value'] as const).map((role, i) => [role, listed[i] as string]));
  return guessed;
}

/** The weights that lie beside queries of so many rows and keys of so many columns, by name. */
export function weightsBeside(
  numbers: ReadonlyMap<string, Numbers>,
  rows: number | undefined,
  columns: number | undefined,
): string | undefined {
  const fits = ({ shape }: Numbers) => shape.at(-2) === rows && shape.at(-1) === columns;
  return [...numbers].find(([name, array]) => roleByName(name) === 'weights' && fits(array))?.[0];
}

/** Refuses the parameters of a model, which are no attention though they are called by the same names. */
export function refuseParameters({ numbers }: Arrays): void {
  const isParameter = (name: string, { shape }: Numbers) =>
    /[./](kernel|embedding)$/.test(name) || (/\.(weight|bias)$/.test(name) && shape.length <= 2);
  const found = [...numbers].filter(([name, array]) => isParameter(name, array)).map(([name]) => name);
  if (found.length < 2 || 2 * found.length < numbers.size) return;
  throw new AttentionError(
    'file-format',
    `These are the parameters of a model (${found[0]} and ${found.length - 1} others), not what it computed; bring them with the model's config.json and tokenizer.json.`,
  );
}
