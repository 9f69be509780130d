// Node's side: solves the workload given as JSON, and says the solution in its last line.
import { load } from '../../../dist/lib/node.js';
import { solve } from '../solve.mjs';

const [workload, { variant, peers }] = process.argv.slice(2).map((text) => JSON.parse(text));
console.log(JSON.stringify(await solve(workload, peers, { variant, load })));
