// The page's side: solves a workload with what the server has.
import { solve } from '../solve.mjs';
import { PAGE_HOST } from './page_host.mjs';

// One thread for all: some peers start workers where they see it.
delete globalThis.SharedArrayBuffer;

globalThis.solve = async (workload, { variant, peers }) => {
  const { load } = await import('/lib/index.js');
  return solve(workload, peers, { ...PAGE_HOST, variant, load });
};
