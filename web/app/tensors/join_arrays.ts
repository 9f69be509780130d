import { sizeOf, type Numbers } from './arrays.js';

/** What stands for a number in the pattern of a name. */
const COUNT = '\0';

/** An array whose name counts something: the numbers in it. */
interface Member {
  name: string;
  counts: number[];
  array: Numbers;
}

const sameShape = (members: readonly Member[]): boolean =>
  new Set(members.map(({ array }) => array.shape.join())).size === 1;

/** A shape without batches of one before its last three dimensions. */
function squeezed(shape: readonly number[]): number[] {
  return shape.length > 3 && shape[0] === 1 ? squeezed(shape.slice(1)) : [...shape];
}

/** Arrays of one shape as one, behind a new first axis: layers, or heads where they are single maps. */
function stack(arrays: readonly Numbers[], ofWhat: 'layers' | 'heads'): Numbers {
  const [{ shape, kind, data }] = arrays as [Numbers];
  const own = squeezed(shape);
  const all = new Float32Array(arrays.length * data.length);
  arrays.forEach((array, i) => all.set(array.data, i * data.length));
  const heads = own.length === 2 && ofWhat === 'layers' ? [1] : [];
  return { data: all, shape: [arrays.length, ...heads, ...own], kind };
}

/** Whether no query of square maps looks at a key behind it. */
function looksBack({ data }: Numbers, size: number): boolean {
  return data.every((weight, i) => weight === 0 || i % size <= Math.floor(i / size) % size);
}

/**
 * The maps of the steps of `generate` as one: the rows of later steps stand below those of the first. Keys grow by the
 * rows that are new, or are as many in every step (another text's). A layer with a window gives of its later rows only
 * the last keys. Undefined where it is none of these.
 */
function joinSteps(steps: readonly Numbers[]): Numbers | undefined {
  const shapes = steps.map(({ shape }) => squeezed(shape));
  const leading = (shape: readonly number[]) => shape.slice(0, -2);
  const rowsOf = (shape: readonly number[]) => shape.at(-2) as number;
  const keysOf = (shape: readonly number[]) => shape.at(-1) as number;
  const [first] = shapes as [number[]];
  if (shapes.some((shape) => leading(shape).join() !== leading(first).join())) return undefined;
  let rows = 0;
  const begins = shapes.map((shape) => (rows += rowsOf(shape)) - rowsOf(shape));
  const past = keysOf(first) - rowsOf(first);
  // How many keys of the text stand before the first that a step gives.
  const before = shapes.map((shape, i) => past + (begins[i] as number) + rowsOf(shape) - keysOf(shape));
  const windows = new Set(shapes.filter((_, i) => before[i] !== 0).map(keysOf));
  const isWindowed = () => past === 0 && windows.size === 1 && looksBack(steps[0] as Numbers, keysOf(first));
  const isOwnText = before.every((count) => count >= 0) && (windows.size === 0 || isWindowed());
  const isOtherText = shapes.every(
    (shape, i) => keysOf(shape) === keysOf(first) && (i === 0 || rowsOf(shape) === 1),
  );
  if (!isOwnText && !isOtherText) return undefined;
  const keys = isOwnText ? past + rows : keysOf(first);
  const maps = sizeOf(leading(first));
  const data = new Float32Array(maps * rows * keys);
  steps.forEach((step, i) => {
    const [own, wide] = [rowsOf(shapes[i] as number[]), keysOf(shapes[i] as number[])];
    const column = isOwnText ? (before[i] as number) : 0;
    for (let map = 0; map < maps; ++map) {
      for (let row = 0; row < own; ++row) {
        const from = (map * own + row) * wide;
        const to = (map * rows + (begins[i] as number) + row) * keys + column;
        data.set(step.data.subarray(from, from + wide), to);
      }
    }
  });
  return { data, shape: [...leading(first), rows, keys], kind: 'float' };
}

const arraysOf = (members: readonly Member[]): Numbers[] => members.map(({ array }) => array);

/** Arrays that one number counts: layers or heads of one shape, or steps. */
function joinOne(members: readonly Member[], isOfHeads: boolean): Numbers | undefined {
  const arrays = arraysOf(members);
  if (!sameShape(members)) return joinSteps(arrays);
  const shape = squeezed((arrays[0] as Numbers).shape);
  // Each holds all layers, so they are steps.
  if (shape.length > 3) return shape.at(-2) === 1 ? joinSteps(arrays) : undefined;
  return stack(arrays, isOfHeads ? 'heads' : 'layers');
}

function groupedBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Arrays that two numbers count: layers, at the place `outer`, and heads or steps in each. */
function joinTwo(members: readonly Member[], outer: number): Numbers | undefined {
  const layers = [...groupedBy(members, ({ counts }) => counts[outer]).values()];
  if (new Set(layers.map(({ length }) => length)).size > 1) return undefined;
  const areHeads = sameShape(members) && members[0]?.array.shape.length === 2;
  const joined = layers
    .map((layer) => (areHeads ? stack(arraysOf(layer), 'heads') : joinSteps(arraysOf(layer))))
    .filter((array) => array !== undefined);
  const isWhole =
    joined.length === layers.length && new Set(joined.map(({ shape }) => shape.join())).size === 1;
  return isWhole ? stack(joined, 'layers') : undefined;
}

/** The places of the numbers in names that aren't the same in all of them. */
function varying(members: readonly Member[]): number[] {
  const [{ counts }] = members as [Member];
  return [...counts.keys()].filter((at) => members.some((member) => member.counts[at] !== counts[at]));
}

function join(members: readonly Member[], pattern: string): Numbers | undefined {
  const places = varying(members);
  const before = (place: number) => pattern.split(COUNT)[place] ?? '';
  const [one, two] = places as [number, number];
  if (places.length === 1) return joinOne(members, /h(ead)?[^a-z]*$/i.test(before(one)));
  if (places.length !== 2) return undefined;
  // generate gives steps of layers, so the first number counts steps unless a name says otherwise.
  const isLayerFirst =
    /l(ayer)?[^a-z]*$/i.test(before(one)) || /(step|token|h(ead)?)[^a-z]*$/i.test(before(two));
  const [outer, other] = isLayerFirst ? [one, two] : [two, one];
  return joinTwo(members, outer) ?? (sameShape(members) ? undefined : joinTwo(members, other));
}

/** The name of a joined array: its members' with the range of what counts. */
function rangeName(members: readonly Member[], pattern: string): string {
  const places = varying(members);
  const [first, last] = [members[0], members.at(-1)] as [Member, Member];
  return pattern.split(COUNT).reduce((name, part, i) => {
    const [from, to] = [first.counts[i - 1], last.counts[i - 1]];
    return `${name}${from}${places.includes(i - 1) ? `–${to}` : ''}${part}`;
  });
}

/** Arrays whose names differ by a number (attn_0, layer.3.query) as one, where their shapes allow it; the others as they are. */
export function joinArrays(numbers: ReadonlyMap<string, Numbers>): Map<string, Numbers> {
  const named = [...numbers].map(([name, array]) => ({
    name,
    counts: (name.match(/\d+/g) ?? []).map(Number),
    array,
  }));
  const groups = groupedBy(named, ({ name, array }) =>
    array.shape.length < 2 ? name : name.replace(/\d+/g, COUNT),
  );
  const found = new Map<string, Numbers>();
  for (const [pattern, group] of groups) {
    const members = group.sort((a, b) => {
      const at = a.counts.findIndex((count, i) => count !== b.counts[i]);
      return at === -1 ? 0 : (a.counts[at] as number) - (b.counts[at] as number);
    });
    const joined = members.length > 1 ? join(members, pattern) : undefined;
    if (joined !== undefined) found.set(rangeName(members, pattern), joined);
    else for (const { name, array } of members) found.set(name, array);
  }
  return found;
}
