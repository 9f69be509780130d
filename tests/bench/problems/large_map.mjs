import { normals, randomTensor } from './random.mjs';

/** Queries and keys of one head, whose map is too large to be held. */
export async function largeMap(workload) {
  const { tokens, dim } = workload;
  const random = normals(1);
  const [query, key] = [0, 1].map(() => randomTensor([tokens, dim], random));
  return { ...workload, query, key };
}
