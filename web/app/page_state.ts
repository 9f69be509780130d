import type { WhatIf } from '../element/head_source.js';
import type { HeadPlace } from '../lib/index.js';

/** What a link to the page restores. */
export interface PageState {
  text: string;
  /** The second of two texts; empty where there is one alone. */
  second: string;
  model: string;
  layer: number;
  head: number;
  query: number;
  key: number;
  view: string;
  order: string;
  /** The heads that are taken out. */
  ablated: readonly HeadPlace[];
  whatIf: WhatIf;
}

const NUMBERS = ['layer', 'head', 'query', 'key'] as const;
const WORDS = ['text', 'second', 'model', 'view', 'order'] as const;
const SWITCHES = ['isCausal', 'isScaled', 'isRemoved'] as const;
const AMOUNTS = ['temperature', 'window', 'softcap', 'sink'] as const;

/** A state as what stands behind the # of a link. */
export function writeState(state: PageState): string {
  const parts = new URLSearchParams();
  for (const name of WORDS) if (state[name] !== '' || name === 'text') parts.set(name, state[name]);
  for (const name of NUMBERS) parts.set(name, String(state[name]));
  if (state.ablated.length > 0)
    parts.set('out', state.ablated.map(({ layer, head }) => `${layer}.${head}`).join(' '));
  for (const [name, value] of Object.entries(state.whatIf)) parts.set(name, String(value));
  return parts.toString();
}

function count(value: string | null): number | undefined {
  return value !== null && /^\d{1,7}$/.test(value) ? Number(value) : undefined;
}

/** What a link says, as far as it can be read: it may come from anyone. */
export function readState(hash: string): Partial<PageState> {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const state: Partial<PageState> = {};
  for (const name of WORDS) if (parts.has(name)) state[name] = parts.get(name) as string;
  for (const name of NUMBERS) {
    const value = count(parts.get(name));
    if (value !== undefined) state[name] = value;
  }
  const places = (parts.get('out') ?? '').split(' ').map((place) => /^(\d{1,4})\.(\d{1,4})$/.exec(place));
  state.ablated = places.flatMap((place) =>
    place === null ? [] : [{ layer: Number(place[1]), head: Number(place[2]) }],
  );
  const whatIf: WhatIf = {};
  for (const name of SWITCHES) if (parts.has(name)) whatIf[name] = parts.get(name) === 'true';
  for (const name of AMOUNTS) {
    const value = parts.get(name);
    if (value === 'null' && (name === 'window' || name === 'sink')) whatIf[name] = null;
    else if (value !== null && value !== '' && Number.isFinite(Number(value))) whatIf[name] = Number(value);
  }
  return { ...state, whatIf };
}
