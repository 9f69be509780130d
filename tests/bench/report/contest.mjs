import { best, contendersOf } from './statistics.mjs';
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
    const { flops } = launches[0];
    const roof = Math.max(...launches.map((launch) => launch.roof));
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

/** Ours beside the fastest peer; the spread is that of the launches' own ratios. */
function ratioTable(runs) {
  const rows = [...runs].flatMap(([workload, launches]) => {
    const contenders = contendersOf(launches).filter(ran);
    const ours = contenders.find(({ name }) => name === 'ours');
    const peers = contenders.filter((contender) => !isOurs(contender));
    if (ours === undefined || peers.length === 0) return [];
    const fastest = peers.reduce((a, b) => (b.best < a.best ? b : a));
    const ratios = ours.bests.map((own, launch) => best(peers.map(({ bests }) => bests[launch])) / own);
    const spread = `${best(ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    const ratio = (fastest.best / ours.best).toFixed(2);
    return [[workload.name, digits(ours.best), digits(fastest.best), fastest.name, ratio, spread]];
  });
  return table(['work', 'ours ms', 'peer ms', 'fastest peer', 'ratio', 'over launches'], rows);
}

export function contest(runs) {
  const roofs = [...runs.values()].flat().map(({ roof }) => roof);
  return [
    ratioTable(runs),
    `The roof, a loop of nothing but multiply-adds: ${digits(Math.max(...roofs))} GFLOP/s.`,
    detailTable(runs),
  ];
}
