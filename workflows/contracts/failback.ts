import * as z from 'zod';
import { approvalAnswer } from './approval.ts';
import { failover, layerMember } from './failover.ts';
import { caught, clusterName, contract, isoInstant, nothing, reason, recoveryPointId } from './shared.ts';

/** A planned move: with both regions there, and without loss. */
export const plannedKind = z.enum(['failback', 'switchover']);
export type PlannedKind = z.output<typeof plannedKind>;

/** How the execution ends that did not come to its end. */
export const INCOMPLETE: Readonly<Record<PlannedKind, string>> = {
  failback: 'FailbackIncomplete',
  switchover: 'SwitchoverIncomplete',
};

/** What starts `holdfast-failback` and `holdfast-switchover`: `{ "group": "shop" }` is enough. */
export const plannedRequest = z.strictObject({
  group: clusterName,
  /** Who asks. */
  by: z.string().trim().min(1).max(200).optional(),
  /** Members that a person has brought over already: they are switched, and nothing else is done to them. */
  byHand: z.array(clusterName).optional(),
});

/** One member on its way. Its backups are named beforehand, so that a repetition finds them. */
const member = layerMember.extend({
  /** The backup that is taken while the active side works on. */
  first: z.string(),
  /** The one that is taken when nobody writes any more. */
  last: z.string(),
  /** What a person knows it by where it goes. */
  called: z.string(),
});

/** What a planned move carries through its machine: a move like that of a failover, with both sides there. */
export const planned = failover.extend({
  /** Those that the machine brings over. */
  members: z.array(member),
  /** All of the group. */
  switched: z.array(member).min(1),
});

export const resolveFailback = contract(
  'ResolveFailback',
  'Finds whether a group can change sides as planned: that home answers, knows which side is active, and every member can be taken over; or refuses with what would work',
  z.object({ kind: plannedKind, request: plannedRequest, execution: z.string(), startedAt: isoInstant }),
  planned,
);

const laps = z.object({ lap: z.number().int() });
const asked = z.object({
  outcome: z.enum(['there', 'waiting']),
  pollAfterSeconds: z.number().int(),
  ...laps.shape,
});

export const backUpThere = contract(
  'BackUpThere',
  'Starts a backup of a member in the other region, where the group is active, and looks whether it goes on',
  z.object({ planned, member, run: z.string(), state: z.object({ backup: laps.optional() }) }),
  asked,
);

export const checkProtected = contract(
  'CheckProtected',
  'Looks whether what was backed up on the active side is proven on the other',
  z.object({ planned, member, run: z.string(), state: z.object({ protected: laps.optional() }) }),
  asked.extend({ recoveryPointId: recoveryPointId.optional() }),
);

export const bringOver = contract(
  'BringOver',
  'Brings a member to the last state of the active side on the other, by difference where there is one, and looks how far it is',
  z.object({
    execution: z.string(),
    planned,
    member,
    state: z.object({ brought: laps.optional() }),
  }),
  asked.extend({ target: z.string() }),
);

export const leaveBehind = contract(
  'LeaveBehind',
  'Gives what is left of a database cluster on the side that its group has left another name, so that the next failover finds room',
  z.object({ planned, member }),
  nothing,
);

export const recordFailback = contract(
  'RecordFailback',
  'Writes down that a group has changed sides as planned, and what moved of what there is, and says so',
  z.object({ planned }),
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
  'Ends a planned move that was not allowed, or did not come to its end, and says so',
  z.object({
    execution: z.string(),
    /** Nobody said that writers have stopped, so the active side goes on. */
    unapproved: z.enum(['refused', 'expired']).optional(),
    state: z.object({ planned, approval: approvalAnswer.optional(), error: caught.optional() }),
  }),
  z.object({ reason }),
);
