import * as z from 'zod';
import { approvalAnswer } from './approval.ts';
import { failover, layerMember } from './failover.ts';
import { caught, clusterName, contract, isoInstant, reason, recoveryPointId } from './shared.ts';

/** What starts `holdfast-failback`: `{ "group": "shop" }` is enough. */
export const failbackRequest = z.strictObject({
  group: clusterName,
  /** Who asks. */
  by: z.string().trim().min(1).max(200).optional(),
});

/** One member on its way home. Its backups are named beforehand, so that a repetition finds them. */
const member = layerMember.extend({
  /** The backup that is taken while this side works on. */
  first: z.string(),
  /** The one that is taken when nobody writes any more. */
  last: z.string(),
});

/** What a failback carries through the machine: a move like that of a failover, the other way. */
export const failback = failover.extend({ members: z.array(member).min(1) });

export const resolveFailback = contract(
  'ResolveFailback',
  'Finds whether a group can go home: that home answers, knows which side is active, and can take every member; or refuses with what would work',
  z.object({ request: failbackRequest, execution: z.string(), startedAt: isoInstant }),
  failback,
);

const laps = z.object({ lap: z.number().int() });
const asked = z.object({
  outcome: z.enum(['home', 'waiting']),
  pollAfterSeconds: z.number().int(),
  ...laps.shape,
});

export const checkProtected = contract(
  'CheckProtected',
  'Looks whether what was backed up on this side is proven at home',
  z.object({
    failback,
    member,
    run: z.string(),
    state: z.object({ protected: laps.optional() }),
  }),
  asked.extend({ recoveryPointId: recoveryPointId.optional() }),
);

export const bringHome = contract(
  'BringHome',
  'Brings a member to the last state of this side at home, by difference where there is one, and looks how far it is',
  z.object({
    execution: z.string(),
    failback,
    member,
    state: z.object({ brought: laps.optional() }),
  }),
  asked.extend({ target: z.string() }),
);

export const recordFailback = contract(
  'RecordFailback',
  'Writes down that a group is home again, and what moved of what there is, and says so',
  z.object({ failback }),
  z.object({
    move: z.string(),
    epoch: z.number().int(),
    lossSeconds: z.number(),
    movedBytes: z.number(),
    totalBytes: z.number(),
    members: z.array(
      z.object({
        cluster: clusterName,
        target: z.string(),
        instant: isoInstant,
        lossSeconds: z.number(),
        movedBytes: z.number(),
        totalBytes: z.number(),
      }),
    ),
  }),
);

export const failFailback = contract(
  'FailFailback',
  'Ends a failback that was not allowed, or did not bring the group home, and says so',
  z.object({
    execution: z.string(),
    /** Nobody said that writers have stopped, so this side goes on. */
    unapproved: z.enum(['refused', 'expired']).optional(),
    state: z.object({ failback, approval: approvalAnswer.optional(), error: caught.optional() }),
  }),
  z.object({ reason }),
);
