import { command } from '../operator/command.ts';
import { viewPoint } from '../operator/overview.ts';
import { holdJson, pointJson, pointLines } from '../output/points.ts';

const HELP = `holdfast show <recovery point>: one recovery point, its copies, its holds, and why it is kept

  --region <region>   read the catalog there (default: AWS_REGION if it is one of the installation's, else the primary)
  --json              for machines`;

export const show = command({
  name: 'show',
  help: HELP,
  operands: [1, 1],
  options: { region: { type: 'string' } },
  work: async ({ operands: [id = ''] }, operator) => {
    const view = await viewPoint(id, operator);
    return { json: { ...pointJson(view), holds: view.holds.map(holdJson) }, lines: pointLines(view) };
  },
});
