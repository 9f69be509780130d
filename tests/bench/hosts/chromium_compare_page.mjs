// The page's side of a comparison: solves a workload by builds that the server has.
import { compare } from '../compare.mjs';
import { PAGE_HOST } from './page_host.mjs';

// As where peers are beside.
delete globalThis.SharedArrayBuffer;

globalThis.solve = async (workload, { variant, builds }) => {
  const loaded = [];
  for (const { name, page } of builds) loaded.push({ name, load: (await import(page)).load });
  return compare(workload, loaded, { ...PAGE_HOST, variant });
};
