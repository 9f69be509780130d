import { contendersOf } from './statistics.mjs';
import { digits, table } from './table.mjs';

/** Navigation to the first result, beside an empty page. */
export function coldStart(runs) {
  const header = ['where', 'page', 'best ms', 'median ms', 'best, over an empty page', 'KB gzip'];
  const rows = [...runs].flatMap(([workload, launches]) => {
    const contenders = contendersOf(launches);
    const [empty] = contenders;
    return contenders.map(({ name, failure, best, median, bytes }) => [
      workload.name,
      name,
      failure ?? digits(best),
      digits(median),
      digits(best - empty.best),
      digits(bytes / 1024),
    ]);
  });
  return [table(header, rows)];
}
