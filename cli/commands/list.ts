import { command } from '../operator/command.ts';
import { viewCluster } from '../operator/overview.ts';
import { clusterLines, holdJson, pointJson } from '../output/points.ts';

const HELP = `holdfast list [cluster]: recovery points, newest first, and why each is kept

  --region <region>   read the catalog there (default: AWS_REGION if it is one of the installation's, else the primary)
  --json              for machines`;

export const list = command({
  name: 'list',
  help: HELP,
  operands: [0, 1],
  options: { region: { type: 'string' } },
  work: async ({ operands: [cluster] }, operator) => {
    const names = cluster === undefined ? operator.installation.clusters.map(({ name }) => name) : [cluster];
    const views = [];
    for (const name of names) views.push(await viewCluster(name, operator));
    return {
      json: views.map((view) => ({
        cluster: view.cluster,
        holds: view.holds.map(holdJson),
        points: view.points.map(pointJson),
      })),
      lines: views.flatMap((view, n) => [...(n > 0 ? [''] : []), ...clusterLines(view)]),
    };
  },
});
