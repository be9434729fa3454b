import { InvalidInput } from '../../core/errors/registry.ts';
import { openMetrics } from '../../core/objectives/open-metrics.ts';
import { command } from '../operator/command.ts';
import { labelNow, scrubsInVaults } from '../operator/protection.ts';
import { labelLines } from '../output/label.ts';

const HELP = `holdfast label <cluster>: what protects it now, how long a restore would take, and what is at risk

  --openmetrics       as OpenMetrics text, for a scraper
  --region <region>   read the catalog there (default: AWS_REGION if it is one of the installation's, else the primary)
  --json              for machines`;

export const label = command({
  name: 'label',
  help: HELP,
  operands: [1, 1],
  options: { region: { type: 'string' }, openmetrics: { type: 'boolean' } },
  work: async ({ operands: [cluster = ''], values }, operator) => {
    if (values['json'] && values['openmetrics'])
      throw new InvalidInput('--json and --openmetrics are two forms of one answer; choose one');
    const made = await labelNow(cluster, operator, scrubsInVaults(operator));
    const lines = values['openmetrics'] ? openMetrics([made]).trimEnd().split('\n') : labelLines(made);
    return { json: made, lines };
  },
});
