import { clusterOf } from '../../core/plan/installation.ts';
import { command } from '../operator/command.ts';
import { unknownCluster } from '../operator/overview.ts';
import { drillJson, drillLines } from '../output/drills.ts';

const HELP = `holdfast drills [cluster]: the drills of a cluster, newest first: what each restored, how long it took, how it ended

  --region <region>   read the catalog there (default: AWS_REGION if it is one of the installation's, else the primary)
  --json              for machines: with every check and every step`;

export const drills = command({
  name: 'drills',
  help: HELP,
  operands: [0, 1],
  options: { region: { type: 'string' } },
  work: async ({ operands: [name] }, operator) => {
    const { installation, records, region } = operator;
    if (name !== undefined && !clusterOf(installation, name)) throw unknownCluster(name, operator);
    const names = name === undefined ? installation.clusters.map((cluster) => cluster.name) : [name];
    const found = [];
    for (const each of names) found.push(...(await records(region).drills.drills(each)));
    return {
      json: found.map(drillJson),
      lines: found.length === 0 ? [`no drill of ${names.join(', ')} is on record`] : drillLines(found),
    };
  },
});
