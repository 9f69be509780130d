export function best(numbers) {
  return Math.min(...numbers);
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** What all launches of one contender say together; only its failure where it never ran. */
function together(name, results) {
  const failure = results.find((result) => result.failure !== undefined)?.failure;
  const launches = results.map(({ times }) => times).filter((times) => times?.length > 0);
  if (launches.length === 0) return { name, failure };
  const known = (field) => results.flatMap((result) => result[field] ?? []);
  return {
    name,
    failure,
    best: best(launches.flat()),
    median: median(launches.flat()),
    longest: Math.max(...launches.flat()),
    first: median(known('first')),
    error: Math.max(...known('error')),
    bytes: best(known('bytes')),
  };
}

/** The contenders of a workload, from its launches. */
export function contendersOf(launches) {
  const all = launches.flatMap(({ results }) => results);
  const names = [...new Set(all.map(({ name }) => name))];
  return names.map((name) =>
    together(
      name,
      all.filter((result) => result.name === name),
    ),
  );
}
