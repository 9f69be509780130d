import { contendersOf } from './statistics.mjs';
import { digits, table } from './table.mjs';

const isOurs = ({ name }) => name.startsWith('ours');
const ran = (contender) => contender.best !== undefined;

/** Every contender of every workload. */
function detailTable(runs) {
  const header = [
    'work',
    'who',
    'best ms',
    'median ms',
    'GFLOP/s',
    'of the roof',
    'first ms',
    'largest error',
  ];
  const rows = [...runs].flatMap(([workload, launches]) => {
    const flops = launches.find((launch) => launch.flops !== undefined)?.flops;
    const roof = roofOf(launches);
    return contendersOf(launches).map((contender) => {
      const { name, failure, first, error } = contender;
      if (!ran(contender)) return [workload.name, name, failure, '', '', '', '', ''];
      const speed = flops / contender.best / 1e6;
      return [
        workload.name,
        name,
        digits(contender.best),
        digits(contender.median),
        digits(speed),
        speed > 0 ? `${Math.round((100 * speed) / roof)}%` : '',
        digits(first),
        error >= 0 ? error.toExponential(1) : '',
      ];
    });
  });
  return table(header, rows);
}

/** Ours and the fastest peer in the given launches; undefined where one of them is missing. */
function duel(launches) {
  const contenders = contendersOf(launches).filter(ran);
  const ours = contenders.find(({ name }) => name === 'ours');
  const peers = contenders.filter((contender) => !isOurs(contender));
  if (ours === undefined || peers.length === 0) return undefined;
  const fastest = peers.reduce((a, b) => (b.best < a.best ? b : a));
  return { ours, fastest, ratio: fastest.best / ours.best };
}

/** Ours beside the fastest peer; the spread is that of the launches' own ratios. */
function ratioTable(runs) {
  const rows = [...runs].flatMap(([workload, launches]) => {
    const all = duel(launches);
    if (all === undefined) return [];
    const ratios = launches.flatMap((launch) => duel([launch])?.ratio ?? []);
    return [
      [
        workload.name,
        digits(all.ours.best),
        digits(all.fastest.best),
        all.fastest.name,
        all.ratio.toFixed(2),
        `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
      ],
    ];
  });
  return table(['work', 'ours ms', 'peer ms', 'fastest peer', 'ratio', 'over launches'], rows);
}

const roofOf = (launches) => Math.max(...launches.map(({ roof }) => roof ?? 0));

/** How much of memory's bandwidth ours takes, where the work is mostly reading. */
function bandwidthWords(runs) {
  return [...runs].flatMap(([workload, launches]) => {
    const best = duel(launches)?.ours.best;
    const { bytes } = launches.find((launch) => launch.bytes !== undefined) ?? {};
    if (bytes === undefined || best === undefined) return [];
    const most = Math.max(...launches.map(({ bandwidth }) => bandwidth ?? 0));
    const speed = bytes / best / 1e6;
    return [
      `${workload.name}: ours reads ${digits(speed)} GB/s of weights, ${Math.round((100 * speed) / most)}% of the ` +
        `${digits(most)} GB/s of a loop that only reads.`,
    ];
  });
}

export function contest(runs) {
  return [
    ...([...runs.values()].some(duel) ? [ratioTable(runs)] : []),
    ...bandwidthWords(runs),
    `The roof, a loop of nothing but multiply-adds: ${digits(roofOf([...runs.values()].flat()))} GFLOP/s.`,
    detailTable(runs),
  ];
}
