import { say } from '../../tools/setup/step.mjs';

/** One launch: every host (what opens it, by its name) is opened once, for all of its workloads. */
export async function launch(workloads, hosts, settingOf, onSolution) {
  for (const [hostName, open] of Object.entries(hosts)) {
    const own = workloads.filter((workload) => settingOf(workload).host === hostName);
    if (own.length === 0) continue;
    const host = await open();
    for (const workload of own) {
      say(workload.name);
      const solution = await host.solve(workload, settingOf(workload)).catch((error) => ({
        results: [{ name: 'all', failure: error.message }],
      }));
      onSolution(workload, solution);
    }
    await host.close();
  }
}
