/** The kinds of failure. */
export type AttentionErrorCode =
  | 'invalid-argument'
  | 'unknown-option'
  | 'out-of-memory'
  | 'not-finite'
  | 'file-format'
  | 'disposed'
  | 'network'
  | 'wasm-unavailable'
  | 'aborted';

/** What every function of the package throws: a code to act on and one plain sentence to read. */
export class AttentionError extends Error {
  override readonly name = 'AttentionError';

  constructor(
    readonly code: AttentionErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** The codes of the C++ core (src/kernels/status.h), in order. */
const CORE_CODES: readonly AttentionErrorCode[] = [
  'invalid-argument',
  'invalid-argument',
  'out-of-memory',
  'not-finite',
  'file-format',
];

export function errorOfCore(code: number, message: string): AttentionError {
  return new AttentionError(CORE_CODES[code] ?? 'invalid-argument', message);
}
