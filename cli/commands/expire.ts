import { InvalidInput } from '../../core/errors/registry.ts';
import { command } from '../operator/command.ts';
import { forecastExpiry } from '../operator/expiry.ts';
import { forecastJson, forecastLines } from '../output/expiry.ts';

const HELP = `holdfast expire --plan: what a run of holdfast-expire would do now, and why; nothing is written

  --region <region>   read the catalog there (default: AWS_REGION if it is one of the installation's, else the primary)
  --json              for machines

Expiry itself runs on its schedule.`;

export const expire = command({
  name: 'expire',
  help: HELP,
  operands: [0, 0],
  options: { plan: { type: 'boolean' }, region: { type: 'string' } },
  work: async ({ values }, operator) => {
    if (values['plan'] !== true)
      throw new InvalidInput(
        'expiry runs on its schedule and not by hand; --plan shows what the next run would do',
      );
    const forecast = await forecastExpiry(operator);
    return { json: forecastJson(forecast), lines: forecastLines(forecast) };
  },
});
