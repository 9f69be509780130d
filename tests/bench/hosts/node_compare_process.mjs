// Node's side of a comparison: solves the workload given as JSON by two builds, and says the solution in its last line.
import { compare } from '../compare.mjs';

const [workload, { variant, builds }] = process.argv.slice(2).map((text) => JSON.parse(text));
const loaded = [];
for (const { name, node } of builds) loaded.push({ name, load: (await import(node)).load });
console.log(JSON.stringify(await compare(workload, loaded, { variant })));
