import * as z from 'zod';
import { approvalAnswer } from './approval.ts';
import { finding } from './heartbeat.ts';
import { from, mode, recovered, scope } from './restore-part.ts';
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

/** Whose drill it is, and when nothing of it may be left. */
const drill = z.strictObject({ id: z.string().min(1).max(63), deadline: isoInstant });

/** What starts `holdfast-restore`: `{ "cluster": "orders", "to": "latest" }` is enough. */
export const restoreRequest = z.strictObject({
  cluster: clusterName,
  /** `latest`, an ISO 8601 instant, or a recovery point's id. */
  to: z.string().min(1),
  /** Where it lands. What is left out comes from the configuration's `restoreInto` for this region. */
  target: z
    .strictObject({
      bucket: z.string().optional(),
      prefix: z.string().optional(),
      clusterId: z.string().optional(),
      subnetGroup: z.string().optional(),
      securityGroups: z.array(z.string()).optional(),
      availabilityZone: z.string().optional(),
    })
    .optional(),
  /** What to restore of it. Left out, everything. */
  scope: scope.optional(),
  /** How it lands in a cluster that goes on working. Left out, it writes over nothing. */
  mode: mode.optional(),
  from: from.optional(),
  /** Who asks. What writes over what is there needs a name, so that somebody else can be the one who agrees. */
  by: z.string().trim().min(1).max(200).optional(),
  /** Only holdfast-drill says this: it lands apart, and is removed. Without a drill of that name under way it is refused. */
  drill: drill.optional(),
});

/** What a resolved restore carries through the machine. */
export const resolved = z.object({
  restoreId: z.string(),
  cluster: clusterName,
  drill: drill.optional(),
  recoveryPointId,
  /** The instant whose state will be there. */
  restoresTo: isoInstant,
  /** How much earlier that is than the instant asked for. */
  earlierBySeconds: z.number(),
  nativePointInTime: z.boolean(),
  /** The log chain of this region that leads from the point to the instant. */
  log: z.object({ chain: z.string() }).optional(),
  scope: scope.optional(),
  mode: mode.optional(),
  /** What the engine's own recycle bin gives back; the recovery point is then only the newest. */
  bin: z.array(recovered).optional(),
  target: z.object({
    bucket: z.string().optional(),
    prefix: z.string().optional(),
    clusterId: z.string().optional(),
    subnetGroup: z.string().optional(),
    securityGroups: z.array(z.string()).optional(),
    kmsKey: z.string().optional(),
    availabilityZone: z.string().optional(),
    volumeType: z.enum(['gp2', 'gp3']).optional(),
    /** What a person knows a cluster by that was there before the restore. */
    called: z.string().optional(),
  }),
  /** What a person is asked before it begins. */
  approval: z
    .object({
      needed: z.enum(['yes', 'no']),
      sentence: z.string().default(''),
      facts: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
      askedBy: z.string().default(''),
      fourEyes: z.boolean().default(false),
      /** Read by the state that waits. */
      withinSeconds: z.number().int().positive().default(1),
    })
    .default({ needed: 'no', sentence: '', facts: {}, askedBy: '', fourEyes: false, withinSeconds: 1 }),
});

export const resolveRestore = contract(
  'ResolveRestore',
  'Finds what the request means in this region: recovery point, instant and target; or refuses with what would work',
  z.object({ request: restoreRequest, execution: z.string(), startedAt: isoInstant }),
  resolved,
);

export const preflightRestore = contract(
  'PreflightRestore',
  'Checks what would make the restore fail later: manifest, keys, an empty target, settings that must exist',
  z.object({ restore: resolved }),
  nothing,
);

const underWay = z.object({ restore: resolved, work: progress });

export const beginRestore = contract(
  'BeginRestore',
  'Starts the restore, or finds the one that is there',
  z.object({ restore: resolved }),
  progress,
);
export const pollRestore = contract(
  'PollRestore',
  'Asks where the restore stands, and hands out the next shards',
  underWay,
  progress,
);
export const restoreShard = contract(
  'RestoreShard',
  'Copies what one shard names from the vault to the target and compares every checksum',
  z.object({ restore: resolved, shard: z.number().int().min(0) }),
  nothing,
);
export const validateRestore = contract(
  'ValidateRestore',
  'Compares what was restored with the manifest',
  underWay,
  verdict,
);
export const readHeartbeat = contract(
  'ReadHeartbeat',
  'Looks for the newest heartbeat in what was restored: it proves what was lost',
  underWay.extend({ validatedAt: isoInstant }),
  z.object({ validatedAt: isoInstant, finding }),
);
export const recordRestore = contract(
  'RecordRestore',
  'Writes down what was restored, the achieved RPO and RTO, and what the heartbeat proves',
  underWay.extend({
    heartbeat: z.object({ validatedAt: isoInstant, finding }).optional(),
    /** Why there is no heartbeat, when reading it failed: that fails no restore. */
    error: caught.optional(),
  }),
  z.object({
    restoreId: z.string(),
    recoveryPointId,
    restoredTo: isoInstant,
    target: z.string(),
    items: z.number(),
    bytes: z.number(),
    achievedRpoSeconds: z.number(),
    achievedRtoSeconds: z.number(),
    heartbeat: finding.optional(),
  }),
);
export const failRestore = contract(
  'FailRestore',
  'Records why a restore failed and says so',
  z.object({
    execution: z.string(),
    state: z.object({
      restore: resolved,
      /** Absent while nothing can have been begun. */
      preflight: nothing.optional(),
      work: progress.optional(),
      verdict: verdict.optional(),
      error: caught.optional(),
      approval: approvalAnswer.optional(),
    }),
    /** Nobody allowed it, so nothing was begun. */
    unapproved: z.enum(['refused', 'expired']).optional(),
  }),
  nothing,
);
