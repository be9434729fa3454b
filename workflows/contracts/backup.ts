import * as z from 'zod';
import {
  caught,
  clusterName,
  contract,
  isoInstant,
  nothing,
  progress,
  recoveryPointId,
  verdict,
} from './shared.ts';

/** What starts `holdfast-backup`: three fields from a schedule, or one from a person. */
export const backupRequest = z.strictObject({
  cluster: clusterName,
  /** Left out for a manual backup. */
  rule: z.string().optional(),
  scheduledAt: isoInstant.optional(),
  /** Manual only: a note to find it by, and how long to keep it. Without `keepDays` it is kept until a person expires it. */
  note: z.string().max(200).optional(),
  keepDays: z.number().int().min(1).max(36_500).optional(),
});

const of = z.object({ cluster: clusterName, recoveryPointId });

export const captureRecoveryPoint = contract(
  'CaptureRecoveryPoint',
  'Opens the recovery point in the catalog and starts the capture, or finds the one that is there',
  z.object({ request: backupRequest, execution: z.string(), startedAt: isoInstant }),
  progress.extend({ cluster: clusterName, recoveryPointId }),
);

export const pollCapture = contract(
  'PollCapture',
  'Asks the engine where the capture stands, and hands out the next shards',
  z.object({ capture: progress.extend({ cluster: clusterName, recoveryPointId }) }),
  progress.extend({ cluster: clusterName, recoveryPointId }),
);

export const captureShard = contract(
  'CaptureShard',
  'Copies what one shard names into the vault and writes the shard of the manifest',
  of.extend({ shard: z.number().int().min(0) }),
  nothing,
);

const captured = z.object({ capture: progress.extend({ cluster: clusterName, recoveryPointId }) });

export const verifyRecoveryPoint = contract(
  'VerifyRecoveryPoint',
  'Reads back what was captured, compares it with the plan and writes the manifest index',
  captured,
  verdict,
);

export const sealRecoveryPoint = contract(
  'SealRecoveryPoint',
  'Makes the recovery point part of the catalog for good, and says so',
  captured,
  nothing,
);

export const startCopies = contract(
  'StartCopies',
  'Starts one copy machine per target region',
  captured,
  z.object({ regions: z.array(z.string()) }),
);

const spoiled = captured.extend({ error: caught.optional(), verdict: verdict.optional() });

export const quarantineRecoveryPoint = contract(
  'QuarantineRecoveryPoint',
  'Sets a capture aside that exists but is not proven; deletes nothing',
  spoiled,
  nothing,
);

export const discardPartialCapture = contract(
  'DiscardPartialCapture',
  'Removes what an unfinished capture left and records why it failed',
  z.object({
    execution: z.string(),
    startedAt: isoInstant,
    /** The request's own fields with whatever the execution gathered before it failed. */
    state: backupRequest
      .extend({
        capture: progress.extend({ cluster: clusterName, recoveryPointId }).optional(),
        error: caught.optional(),
      })
      .loose(),
  }),
  nothing,
);
