import { contendersOf } from './statistics.mjs';
import { digits, table } from './table.mjs';

/** The longest turns of the page's thread, by what the reader does. */
export function turns(runs) {
  const header = ['after', 'median, ms of the processor', 'longest'];
  const rows = [...runs.values()].flatMap((launches) =>
    contendersOf(launches).map(({ name, failure, median, longest }) => [
      name,
      failure ?? digits(median),
      digits(longest),
    ]),
  );
  return [table(header, rows)];
}
