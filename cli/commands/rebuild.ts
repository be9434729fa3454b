import { command } from '../operator/command.ts';
import { putBack, REBUILT_HOLD, viewRebuild } from '../operator/rebuild.ts';
import { rebuildJson, rebuildLines } from '../output/rebuild.ts';

const HELP = `holdfast rebuild: what a region's vault holds against what the catalog says

  --region <region>   whose vault (default: AWS_REGION if it is one of the installation's, else the primary)
  --write             put the missing records back; what is there is never changed, and what was discarded stays so
  --json              for machines

Begin with a recovery region: its vault holds sealed points only. The vault of the primary comes next.`;

export const rebuild = command({
  name: 'rebuild',
  help: HELP,
  operands: [0, 0],
  options: { region: { type: 'string' }, write: { type: 'boolean' } },
  work: async ({ values }, operator) => {
    const view = await viewRebuild(operator);
    const lines = rebuildLines(view);
    if (values['write'] !== true || view.missing.length === 0)
      return { json: { ...rebuildJson(view), held: [] }, lines };
    const held = await putBack(view, operator);
    return {
      json: { ...rebuildJson(view), held },
      lines: [
        ...lines,
        `put back ${view.missing.length}; nothing of ${held.join(', ')} expires until the hold ${REBUILT_HOLD.name} is lifted: the vault knows no legal holds, so place those that stood first`,
        ...held.map((cluster) => `then: "holdfast lift ${cluster} --name ${REBUILT_HOLD.name}"`),
      ],
    };
  },
});
