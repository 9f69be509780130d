import type { GivenTensors, MaskTensor, Tensor } from '../../lib/index.js';
import { transpose, type Arrays, type Numbers } from './arrays.js';
import { kindOfWeights } from './agreement.js';
import { guessRoles, weightsBeside, type Role } from './roles.js';
import { spelled } from './spelled.js';

/** What stands before what in queries, keys and values. */
export type AxisOrder = 'heads' | 'tokens';

/** What a person chose, or was guessed. */
export interface Choice {
  roles: ReadonlyMap<Role, string>;
  order: AxisOrder;
  isCausal: boolean;
  /** The lists of the rows' and of the columns' tokens by name; those that fit unless given. */
  rowTokens?: string | undefined;
  keyTokens?: string | undefined;
}

/** What is to be drawn, and what has to be said about it. */
export interface Given {
  tensors: GivenTensors;
  notes: string[];
  /** The names of the arrays and lists that are used. */
  used: Set<string>;
}

/** How many queries and keys there are. */
interface Lengths {
  qLen: number;
  kvLen: number;
}

const VECTORS = ['query', 'key', 'value'] as const;

/** [..., heads, tokens, dim] of [..., tokens, heads, dim]. */
function headsFirst({ data, shape }: Tensor): Tensor {
  const axes = [...shape.keys()];
  axes.splice(-3, 2, shape.length - 2, shape.length - 3);
  return { data: transpose(data, shape, axes), shape: axes.map((axis) => shape[axis] as number) };
}

/** The lists of tokens: strings, and ids. */
export function tokenLists({ texts, numbers }: Arrays): Map<string, string[]> {
  const lists = new Map(texts);
  for (const [name, { data, shape, kind }] of numbers) {
    const isList = kind === 'integer' && shape.filter((size) => size !== 1).length <= 1 && shape.length > 0;
    if (isList && shape.length <= 2 && /id|tok/i.test(name)) lists.set(name, [...data].map(String));
  }
  return lists;
}

function lengthsOf(query: Tensor, key: Tensor, order: AxisOrder): Lengths & { fits: boolean } {
  const [tokens, heads] = order === 'heads' ? [-2, -3] : [-3, -2];
  const of = ({ shape }: Tensor, axis: number) => shape.at(axis) ?? 1;
  return {
    qLen: of(query, tokens),
    kvLen: of(key, tokens),
    fits: of(query, heads) % of(key, heads) === 0,
  };
}

/** Which orders of heads and tokens the shapes of queries and keys allow, the likelier first. */
export function axisOrders(arrays: Arrays, roles: ReadonlyMap<Role, string>): AxisOrder[] {
  const [query, key] = VECTORS.map((role) => arrays.numbers.get(roles.get(role) ?? '')) as Numbers[];
  if (query === undefined || key === undefined || query.shape.length < 3 || key.shape.length < 3)
    return ['heads'];
  const lists = [...tokenLists(arrays).values()].map(({ length }) => length);
  for (const { shape } of [arrays.numbers.get(roles.get('mask') ?? '')].filter((mask) => mask !== undefined))
    lists.push(shape.at(-1) ?? 0);
  const likeliness = (order: AxisOrder) => {
    const { qLen, kvLen } = lengthsOf(query, key, order);
    return 4 * Number(lists.includes(kvLen)) + 2 * Number(lists.includes(qLen)) + Number(qLen === kvLen);
  };
  return (['heads', 'tokens'] as const)
    .filter((order) => lengthsOf(query, key, order).fits)
    .sort((a, b) => likeliness(b) - likeliness(a));
}

/** Whether a list's name says that it is of the queries' text (-1), of the one they look at (1), or neither. */
function sideOf(name: string): number {
  if (/dec|target|tgt|answer|quer|row/i.test(name)) return -1;
  return Number(/enc|source|src|input|key|context|memory|col/i.test(name));
}

/** The lists that fit rows and columns by their lengths and, where these leave it open, by their names and the map's. */
function fittingLists(lists: ReadonlyMap<string, string[]>, { qLen, kvLen }: Lengths, map: string) {
  const ofLength = (length: number) =>
    [...lists]
      .filter(([, list]) => list.length === length)
      .map(([name]) => name)
      .sort((a, b) => sideOf(a) - sideOf(b));
  const [rows, columns] = [ofLength(qLen), ofLength(kvLen)];
  if (qLen !== kvLen) return { rows: rows[0], columns: columns.at(-1) };
  const isCross = /cross/i.test(map) || !/enc|dec|self/i.test(map);
  if (isCross) return { rows: rows[0], columns: rows.length > 1 ? rows.at(-1) : undefined };
  return { rows: /enc/i.test(map) && !/dec/i.test(map) ? rows.at(-1) : rows[0], columns: undefined };
}

/** The tokens of rows and columns; of steps, the rows' are the last ones of the columns'. */
function labels(arrays: Arrays, lengths: Lengths, choice: Choice, map: string, { notes, used }: Given) {
  const { qLen, kvLen } = lengths;
  const lists = tokenLists(arrays);
  const areWords = [...arrays.texts.values()].some(({ length }) => length === kvLen || length === qLen);
  // What was generated last is no query and no key yet.
  for (const [name, list] of areWords ? [] : arrays.texts)
    if (list.length === kvLen + 1) lists.set(name, list.slice(0, kvLen));
  const words = new Map([...lists].filter(([name]) => arrays.texts.has(name)));
  const fits = [...words.values()].some(({ length }) => length === kvLen || length === qLen);
  const fitting = fittingLists(fits ? words : lists, lengths, map);
  const rows = choice.rowTokens ?? fitting.rows;
  const columns = choice.keyTokens ?? (rows === fitting.rows ? fitting.columns : undefined);
  const keyTokens = lists.get(columns ?? '');
  const isStep = rows === undefined && qLen < kvLen;
  const tokens = isStep ? keyTokens?.slice(kvLen - qLen) : lists.get(rows ?? '');
  const names = [rows, columns].filter((name) => name !== undefined);
  if (names.length > 0) notes.push(`Tokens are from ${names.join(', those of the columns from ')}.`);
  for (const name of names) used.add(name);
  return { tokens: tokens && spelled(tokens), keyTokens: keyTokens && spelled(keyTokens) };
}

/** A mask as it is given: booleans, or numbers to be added. Undefined where it hides nothing, or is of other lengths. */
function maskOf(name: string, { data, shape, kind }: Numbers, { qLen, kvLen }: Lengths, given: Given) {
  const own = [1, 1, ...shape].slice(-2) as [number, number];
  const fits =
    shape.slice(0, -2).every((size) => size === 1) && [1, qLen].includes(own[0]) && own[1] === kvLen;
  if (!fits) {
    given.notes.push(`${name} is no mask of ${qLen} queries and ${kvLen} keys.`);
    return undefined;
  }
  given.used.add(name);
  const isYesOrNo = kind !== 'float' || data.every((value) => value === 0 || value === 1);
  if (isYesOrNo && data.every((value) => value !== 0)) return undefined;
  given.notes.push(`${name} says which keys are seen.`);
  const mask: MaskTensor = {
    data: isYesOrNo ? Uint8Array.from(data, (value) => Number(value !== 0)) : data,
    shape: own,
  };
  return mask;
}

/** How far the rows of weights are from adding up to 1, as words; nothing where they do, or are hidden whole. */
function sumsNote(name: string, { data, shape }: Tensor): string[] {
  const keys = shape.at(-1) ?? 1;
  let [least, most] = [1, 1];
  for (let first = 0; first < data.length; first += keys) {
    let sum = 0;
    for (let i = first; i < first + keys; ++i) sum += data[i] as number;
    if (sum === 0) continue;
    [least, most] = [Math.min(least, sum), Math.max(most, sum)];
  }
  if (least > 0.97 && most < 1.03) return [];
  return [`The rows of ${name} add up to ${least.toPrecision(3)} to ${most.toPrecision(3)}, not to 1.`];
}

function giveWeights(arrays: Arrays, choice: Choice, given: Given): void {
  const name = choice.roles.get('weights') as string;
  const weights = arrays.numbers.get(name) as Numbers;
  const lengths = { qLen: weights.shape.at(-2) ?? 1, kvLen: weights.shape.at(-1) ?? 1 };
  given.used.add(name);
  given.notes.push(...sumsNote(name, weights));
  Object.assign(given.tensors, { weights }, labels(arrays, lengths, choice, name, given));
}

function giveVectors(arrays: Arrays, choice: Choice, given: Given): void {
  const { roles, order, isCausal } = choice;
  const { tensors, notes } = given;
  const of = (role: Role) => arrays.numbers.get(roles.get(role) ?? '');
  for (const role of VECTORS) {
    const array = of(role);
    if (array === undefined) continue;
    given.used.add(roles.get(role) as string);
    tensors[role] = order === 'tokens' && array.shape.length > 2 ? headsFirst(array) : array;
  }
  const { query, key } = tensors;
  if (query === undefined || key === undefined) return;
  const lengths = lengthsOf(query, key, 'heads');
  const { qLen, kvLen } = lengths;
  tensors.isCausal = isCausal;
  if (qLen < kvLen) {
    tensors.pastLen = kvLen - qLen;
    if (isCausal) notes.push(`The queries are taken for the last ${qLen} of ${kvLen} tokens.`);
  }
  const mask = of('mask');
  if (mask !== undefined) tensors.attnMask = maskOf(roles.get('mask') as string, mask, lengths, given);
  Object.assign(tensors, labels(arrays, lengths, choice, '', given));
}

/**
 * What is likely meant: each array by its name or shape. Where weights lie beside queries, keys and values, these are
 * drawn if they give the weights, else the weights themselves.
 */
export function guessChoice(arrays: Arrays): Choice & { notes: string[] } {
  const { numbers } = arrays;
  const roles = guessRoles(numbers);
  const guessed = { roles, order: axisOrders(arrays, roles)[0] ?? 'heads', isCausal: false, notes: [] };
  const { tensors } = giveTensors(arrays, guessed);
  const { query, key } = tensors;
  if (query === undefined || key === undefined) return guessed;
  const name = weightsBeside(numbers, query.shape.at(-2), key.shape.at(-2));
  if (name === undefined) return guessed;
  const kind = kindOfWeights(tensors, numbers.get(name) as Numbers);
  if (kind !== undefined) return { ...guessed, isCausal: kind === 'causal' };
  const notes = [
    `${name} are drawn, since ${[...roles.values()].slice(0, 2).join(' and ')} don't give them: rotary positions, a mask or a scale may be missing.`,
  ];
  return { ...guessed, roles: new Map([['weights', name]]), notes };
}

/** What a choice gives to core.openTensors. */
export function giveTensors(arrays: Arrays, choice: Choice): Given {
  const given: Given = { tensors: {}, notes: [], used: new Set() };
  if (choice.roles.has('weights')) giveWeights(arrays, choice, given);
  else giveVectors(arrays, choice, given);
  return given;
}
