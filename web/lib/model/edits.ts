import { describe, requireFloats, requireInteger, requireKnownOptions, wrong } from '../arguments.js';
import type { HeadPlace } from '../head_place.js';
import type { FullProgram } from './full_program.js';
import type { ProgramCall } from '../program_call.js';
import type { Run } from './run.js';

/**
 * One change in one head of a run. `ablate` takes away what the head gives: all of it, or all but its mean over the
 * tokens of another run. `scale` multiplies its output. `temperature` divides its masked scores just before softmax.
 * `blocked` forbids cells [query, key]. `pattern` are its weights, [n, n], for the first n tokens. `patch` gives it
 * the output that it had in another run, at all positions or at those named (Vig et al. 2020; Wang et al. 2023).
 */
export type HeadEdit = HeadPlace &
  (
    | { ablate: 'zero' | { meanOf: Run } }
    | { scale: number }
    | { temperature: number }
    | { blocked: readonly (readonly [query: number, key: number])[] }
    | { pattern: Float32Array }
    | { patch: Run; positions?: readonly number[] }
  );

/** Whether a head's weights aren't those of its queries and keys any more. */
export function changesWeights(edit: HeadEdit): boolean {
  return 'temperature' in edit || 'blocked' in edit || 'pattern' in edit;
}

/** HeadEdit::Kind of src/model/head_edits.h. */
const Kind = { scale: 0, output: 1, mean: 2, temperature: 3, blocked: 4, pattern: 5 } as const;

/** An edit as HeadEdits::add takes it. */
interface PlainEdit extends HeadPlace {
  kind: number;
  value: number;
  first: number;
  rows: number;
  data: Float32Array;
}

const NOTHING = new Float32Array(0);

/** What the edits may name. */
interface Bounds {
  numLayers: number;
  numHeads: number;
  headDim: number;
  tokens: number;
}

function requireFinite(name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(name, 'a finite number', value);
  return value;
}

/** The head's output in another run of a model of the same shape, [tokens, headDim]. */
function outputIn(name: string, run: Run, { layer, head }: HeadPlace, { headDim }: Bounds): Float32Array {
  if (typeof (run as Partial<Run> | undefined)?.tap !== 'function') throw wrong(name, 'a run', run);
  const { data, shape } = run.tap('head_output', { layer, head });
  if (shape[1] !== headDim) throw wrong(name, `a run with heads of width ${headDim}`, shape[1]);
  return data;
}

function meanRow(rows: Float32Array, width: number): Float32Array {
  const count = rows.length / width;
  return Float32Array.from({ length: width }, (_, d) => {
    let sum = 0;
    for (let i = 0; i < count; ++i) sum += rows[i * width + d] as number;
    return sum / count;
  });
}

function plainEdits(name: string, edit: HeadEdit, bounds: Bounds): PlainEdit[] {
  const layer = requireInteger(`${name}.layer`, edit.layer, 0, bounds.numLayers - 1);
  const head = requireInteger(`${name}.head`, edit.head, 0, bounds.numHeads - 1);
  const plain = { layer, head, value: 1, first: 0, rows: 0, data: NOTHING };
  const only = (...names: string[]) => requireKnownOptions(name, edit, ['layer', 'head', ...names]);
  if ('ablate' in edit) {
    only('ablate');
    if (edit.ablate === 'zero') return [{ ...plain, kind: Kind.scale, value: 0 }];
    const rows = outputIn(`${name}.ablate.meanOf`, edit.ablate.meanOf, edit, bounds);
    return [{ ...plain, kind: Kind.mean, data: meanRow(rows, bounds.headDim) }];
  }
  if ('scale' in edit) {
    only('scale');
    return [{ ...plain, kind: Kind.scale, value: requireFinite(`${name}.scale`, edit.scale) }];
  }
  if ('temperature' in edit) {
    only('temperature');
    const value = requireFinite(`${name}.temperature`, edit.temperature);
    if (value <= 0) throw wrong(`${name}.temperature`, 'above 0', value);
    return [{ ...plain, kind: Kind.temperature, value }];
  }
  if ('blocked' in edit) {
    only('blocked');
    const cells = edit.blocked.map((cell, i) => {
      const place = `${name}.blocked[${i}]`;
      if (!Array.isArray(cell) || cell.length !== 2) throw wrong(place, 'a query and a key', cell);
      return cell.map((token) => requireInteger(place, token, 0, bounds.tokens - 1));
    });
    return [{ ...plain, kind: Kind.blocked, rows: cells.length, data: Float32Array.from(cells.flat()) }];
  }
  if ('pattern' in edit) {
    only('pattern');
    const rows = Math.sqrt((edit.pattern as { length?: number } | undefined)?.length ?? NaN);
    if (!Number.isInteger(rows) || rows < 1 || rows > bounds.tokens) {
      throw wrong(`${name}.pattern`, `n times n weights of at most ${bounds.tokens} tokens`, edit.pattern);
    }
    requireFloats(`${name}.pattern`, edit.pattern, rows * rows);
    return [{ ...plain, kind: Kind.pattern, rows, data: edit.pattern }];
  }
  if ('patch' in edit) {
    only('patch', 'positions');
    const { headDim } = bounds;
    const rows = outputIn(`${name}.patch`, edit.patch, edit, bounds);
    const count = Math.min(rows.length / headDim, bounds.tokens);
    if (edit.positions === undefined) {
      return [{ ...plain, kind: Kind.output, rows: count, data: rows.slice(0, count * headDim) }];
    }
    return edit.positions.map((position, i) => {
      const first = requireInteger(`${name}.positions[${i}]`, position, 0, count - 1);
      const data = rows.slice(first * headDim, (first + 1) * headDim);
      return { ...plain, kind: Kind.output, first, rows: 1, data };
    });
  }
  throw wrong(name, 'one of ablate, scale, temperature, blocked, pattern or patch', describe(edit));
}

/** Hands a run's edits to its call, before it is prepared. */
export function giveEdits(
  program: FullProgram,
  call: ProgramCall,
  edits: readonly HeadEdit[],
  bounds: Bounds,
): void {
  const plain = edits.flatMap((edit, i) => plainEdits(`edits[${i}]`, edit, bounds));
  const floats = plain.reduce((sum, { data }) => sum + data.length, 0);
  call.succeed(program.expectEdits(call.pointer, plain.length, floats));
  for (const { kind, layer, head, value, first, rows, data } of plain) {
    call.succeed(program.addEdit(call.pointer, kind, layer, head, value, first, rows, data.length));
    program.HEAPF32.set(data, program.editData(call.pointer) / 4);
  }
}
