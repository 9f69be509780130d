import type { CoreProgram } from './glue.js';

/** The numbers of one call of attention, in the order of AttendRequest in src/attention/attend_call.h. */
const ATTEND_REQUEST = [
  'numHeads',
  'numKvHeads',
  'qLen',
  'kvLen',
  'headDim',
  'vHeadDim',
  'scale',
  'softcap',
  'isCausal',
  'pastLen',
  'windowLeft',
  'windowRight',
  'kvLength',
  'hasBooleanMask',
  'hasFloatMask',
  'maskHeads',
  'maskQueries',
  'maskKeys',
  'hasAlibiSlopes',
  'hasSinks',
  'hasRope',
  'ropeInterleaved',
  'ropeTheta',
  'ropeDims',
  'ropeScaling',
  'ropeFactor',
  'ropeLowFreqFactor',
  'ropeHighFreqFactor',
  'ropeOriginalMax',
  'taps',
  'tappedHeads',
  'queryAddress',
  'keyAddress',
  'valueAddress',
  'tokenMajor',
] as const;

/** The numbers of one picture, in the order of PaintRequest in src/raster/paint_call.h. */
const PAINT_REQUEST = [
  'qLen',
  'kvLen',
  'width',
  'height',
  'firstRow',
  'lastRow',
  'scale',
  'top',
  'ignoreFirstKey',
  'dark',
  'hasMasked',
  'weightsAddress',
  'maskedAddress',
] as const;

type Numbers<Name extends string> = Record<Name, number | boolean>;
export type AttendRequest = Numbers<(typeof ATTEND_REQUEST)[number]>;
export type PaintRequest = Numbers<(typeof PAINT_REQUEST)[number]>;

/** Writes a request where the program reads it: yes and no as 1 and 0. */
function write<Name extends string>(
  program: CoreProgram,
  address: number,
  order: readonly Name[],
  request: Numbers<Name>,
): void {
  const numbers = program.HEAPF64;
  const first = address / 8;
  order.forEach((name, i) => (numbers[first + i] = Number(request[name])));
}

/** What the next prepareAttend, createLayer, prepareForward or openLargeMap of the program asks for. */
export function writeAttendRequest(program: CoreProgram, request: AttendRequest): void {
  write(program, program.attendRequest(), ATTEND_REQUEST, request);
}

/** What the next preparePaint of the program asks for. */
export function writePaintRequest(program: CoreProgram, request: PaintRequest): void {
  write(program, program.paintRequest(), PAINT_REQUEST, request);
}
