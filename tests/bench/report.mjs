function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

const best = (numbers) => Math.min(...numbers);
const ours = (name) => name.startsWith('ours');

/** Three significant digits, without an exponent. */
function digits(number) {
  if (number === 0) return '0';
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(number))));
  return number.toFixed(Math.min(places, 6));
}

/** One contender's launches together. */
function summary(name, results) {
  const failure = results.find((result) => result.failure !== undefined)?.failure;
  const times = results.map((result) => result.times ?? []).filter((launch) => launch.length > 0);
  if (times.length === 0) return { name, failure };
  return {
    name,
    failure,
    bests: times.map(best),
    best: best(times.flat()),
    median: median(times.flat()),
    first: median(results.flatMap((result) => result.first ?? [])),
    error: Math.max(...results.map((result) => result.error ?? 0)),
  };
}

/** What all launches of a workload say together. */
export function summarise(launches) {
  const names = [...new Set(launches.flatMap(({ results }) => results.map(({ name }) => name)))];
  const contenders = names.map((name) =>
    summary(
      name,
      launches.flatMap(({ results }) => results.find((result) => result.name === name) ?? []),
    ),
  );
  const measured = contenders.filter((contender) => contender.best !== undefined);
  const own = measured.find(({ name }) => name === 'ours');
  const peers = measured.filter(({ name }) => !ours(name));
  const fastest = peers.toSorted((a, b) => a.best - b.best)[0];
  const ratios =
    own && fastest ? own.bests.map((own, launch) => best(peers.map(({ bests }) => bests[launch])) / own) : [];
  return {
    contenders,
    flops: launches[0].flops,
    roof: Math.max(...launches.map(({ roof }) => roof)),
    fastest,
    ratio: own && fastest && fastest.best / own.best,
    lowest: best(ratios),
    highest: Math.max(...ratios),
  };
}

function table(header, rows) {
  const widths = header.map((title, column) =>
    Math.max(...[header, ...rows].map((row) => row[column].length)),
  );
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [
    line(header),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...rows.map(line),
  ].join('\n');
}

/** Every contender of every workload. */
export function detailTable(runs) {
  const rows = [...runs].flatMap(([workload, launches]) => {
    const { contenders, flops, roof } = summarise(launches);
    return contenders.map((contender) => {
      const { name, failure } = contender;
      if (contender.best === undefined) return [workload.name, name, failure, '', '', '', '', ''];
      const speed = flops / contender.best / 1e6;
      return [
        workload.name,
        name,
        digits(contender.best),
        digits(contender.median),
        digits(speed),
        `${Math.round((100 * speed) / roof)}%`,
        digits(contender.first),
        contender.error.toExponential(1),
      ];
    });
  });
  return table(
    ['work', 'who', 'best ms', 'median ms', 'GFLOP/s', 'of the roof', 'first ms', 'largest error'],
    rows,
  );
}

/** Ours beside the fastest peer. */
export function ratioTable(runs) {
  const rows = [...runs].flatMap(([workload, launches]) => {
    const { contenders, fastest, ratio, lowest, highest } = summarise(launches);
    if (ratio === undefined) return [];
    return [
      [
        workload.name,
        digits(contenders.find(({ name }) => name === 'ours').best),
        digits(fastest.best),
        fastest.name,
        ratio.toFixed(2),
        `${lowest.toFixed(2)} to ${highest.toFixed(2)}`,
      ],
    ];
  });
  return table(['work', 'ours ms', 'peer ms', 'fastest peer', 'ratio', 'over launches'], rows);
}

export function printReport(runs) {
  console.log(`\n${detailTable(runs)}\n\n${ratioTable(runs)}\n`);
}
