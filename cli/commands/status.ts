import { openMetrics } from '../../core/objectives/open-metrics.ts';
import { command } from '../operator/command.ts';
import { labelNow, scrubsUnasked } from '../operator/protection.ts';
import { statusLines } from '../output/label.ts';

const HELP = `holdfast status: a line for each cluster: what a region would lose, what a restore takes, drills, 3-2-1, risks

  --openmetrics       as OpenMetrics text, for a scraper
  --region <region>   read the catalog there (default: AWS_REGION if it is one of the installation's, else the primary)
  --json              for machines: the labels of all clusters, without what scrubs found`;

export const status = command({
  name: 'status',
  help: HELP,
  operands: [0, 0],
  options: { region: { type: 'string' }, openmetrics: { type: 'boolean' } },
  work: async ({ values }, operator) => {
    const labels = [];
    for (const { name } of operator.installation.clusters)
      labels.push(await labelNow(name, operator, scrubsUnasked));
    const lines = values['openmetrics'] ? openMetrics(labels).trimEnd().split('\n') : statusLines(labels);
    return { json: labels, lines };
  },
});
