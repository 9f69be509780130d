import { readFileSync } from 'node:fs';

// Structs of doubles that JavaScript fills: the header, the struct, and the list of names that is to be in its order.
const STRUCTS = [
  ['src/attention/attend_call.h', 'AttendRequest', 'web/lib/request.ts', 'ATTEND_REQUEST'],
  ['src/raster/paint_call.h', 'PaintRequest', 'web/lib/request.ts', 'PAINT_REQUEST'],
  ['src/model/model_config.h', 'ModelConfig', 'web/lib/model/model_config.ts', 'ORDER'],
];

function textOf(path) {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** The names of a struct's doubles, as JavaScript spells them. */
function fieldsOf(header, struct) {
  const [, body] = header.match(new RegExp(`struct ${struct} \\{(.*?)\\n\\};`, 's'));
  const fields = [...body.replaceAll(/\/\/.*/g, '').matchAll(/^ {2}double ([^;(]+);/gm)];
  return fields
    .flatMap(([, names]) => names.split(/,\s*/))
    .map((name) => name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase()));
}

function listedIn(script, list) {
  const [, body] = script.match(new RegExp(`const ${list}\\b[^=]*= \\[(.*?)\\]`, 's'));
  return [...body.matchAll(/'(\w+)'/g)].map(([, name]) => name);
}

test.each(STRUCTS)('%s: %s has the order of %s', (header, struct, script, list) => {
  const fields = fieldsOf(textOf(header), struct);
  expect(fields.length).toBeGreaterThan(10);
  expect(listedIn(textOf(script), list)).toEqual(fields);
});
