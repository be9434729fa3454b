import { iso } from '../../core/time/instant.ts';
import { command } from '../operator/command.ts';
import { viewPoint } from '../operator/overview.ts';
import { undelete as bringBack } from '../operator/undelete.ts';

const HELP = `holdfast undelete <recovery point>: brings a recovery point and its copies back from the bin

  --json              for machines

Place a hold first when no rule keeps the point any more: otherwise the next run of holdfast-expire expires it again.`;

export const undelete = command({
  name: 'undelete',
  help: HELP,
  operands: [1, 1],
  // Each record is written in the region that owns it, so there is nothing to choose.
  options: {},
  work: async ({ operands: [id = ''] }, operator) => {
    const { point, regions, left } = await bringBack(id, operator);
    const { keptFor = [] } = await viewPoint(id, {
      ...operator,
      region: operator.installation.regions.primary,
    });
    return {
      json: { id, state: point.state, provenIn: regions, left, keptFor },
      lines: [
        `${id} is sealed again, as of ${point.takenAt === undefined ? 'an unknown instant' : iso(point.takenAt)}; proven again in ${regions.join(', ')}`,
        ...left.map(({ region, why }) => `its copy in ${region}: ${why}`),
        keptFor.length > 0
          ? `kept for ${keptFor.join(' ')}`
          : `no rule keeps it: the next run of holdfast-expire puts it back into the bin, unless "holdfast hold ${id} --name … --why …" comes first`,
      ],
    };
  },
});
