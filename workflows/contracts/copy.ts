import * as z from 'zod';
import { caught, clusterName, contract, nothing, progress, recoveryPointId, verdict } from './shared.ts';

/** What starts `holdfast-copy`. */
export const copyRequest = z.strictObject({ cluster: clusterName, recoveryPointId, region: z.string() });

/** The request's fields stay at the top of the execution's data. */
const request = z.object(copyRequest.shape);
const copying = request.extend({ copy: progress });

export const beginCopy = contract(
  'BeginCopy',
  'Opens the copy in the catalog and starts it in the target region, or finds the one that is there',
  copyRequest,
  progress,
);

export const pollCopy = contract(
  'PollCopy',
  'Asks where the copy stands, and hands out the next shards',
  copying,
  progress,
);

export const copyShard = contract(
  'CopyShard',
  'Copies what one shard names from vault to vault and compares every checksum',
  request.extend({ shard: z.number().int().min(0) }),
  nothing,
);

export const proveCopy = contract(
  'ProveCopy',
  'Computes the root of what lies in the target region and marks the copy proven when it equals the source',
  copying,
  verdict,
);

export const failCopy = contract(
  'FailCopy',
  'Records why a copy failed and says so',
  z.object({
    execution: z.string(),
    state: request.extend({
      copy: progress.optional(),
      error: caught.optional(),
      verdict: verdict.optional(),
    }),
  }),
  nothing,
);
