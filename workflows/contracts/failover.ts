import * as z from 'zod';
import { approvalAnswer } from './approval.ts';
import { caught, clusterName, contract, isoInstant, nothing, reason } from './shared.ts';

const groupName = clusterName;

/** What starts `holdfast-failover`: `{ "group": "shop" }` is enough. */
export const failoverRequest = z.strictObject({
  group: groupName,
  /** `latest`: each member its newest. `together`: instants within the group's skew. Or an ISO 8601 instant. */
  to: z.union([z.enum(['latest', 'together']), isoInstant]).default('latest'),
  /** Members that are left behind. */
  without: z.array(clusterName).default([]),
  /** Who asks. */
  by: z.string().trim().min(1).max(200).optional(),
});

/** What a failover carries through the machine; its members are in the catalog. */
export const failover = z.object({
  move: z.string(),
  group: groupName,
  from: z.string(),
  to: z.string(),
  /** `again`: the group was raised by this move before, and what is not done yet is gone on with. */
  outcome: z.enum(['new', 'again']),
  /** The number that it raises the group to. */
  epoch: z.number().int(),
  sentence: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  askedBy: z.string(),
  /** Read by the state that waits. */
  withinSeconds: z.number().int().positive(),
});

export const resolveFailover = contract(
  'ResolveFailover',
  'Finds what each member of the group can be brought back to here, and what is given up; or refuses with what would work',
  z.object({ request: failoverRequest, execution: z.string(), startedAt: isoInstant }),
  failover,
);

export const raiseEpoch = contract(
  'RaiseEpoch',
  'Makes this region the active side of the group; who began work on the other side is refused from then on',
  z.object({ execution: z.string(), failover, approval: approvalAnswer.optional() }),
  z.object({ epoch: z.number().int() }),
);

const target = z.object({
  bucket: z.string().optional(),
  prefix: z.string().optional(),
  clusterId: z.string().optional(),
});

/** One member of a layer, as the states work on it. */
export const layerMember = z.object({
  cluster: clusterName,
  /** `look`: its restore ran before, or it serves already. `over`: over what an earlier stay of its group left here. */
  how: z.enum(['promote', 'restore', 'over', 'look']),
  /** The name of the restore's execution. */
  run: z.string(),
  to: z.string(),
  target,
});

export const nextLayer = contract(
  'NextLayer',
  'Hands out the members of the first layer that does not serve yet; or says that all do, or that one failed',
  z.object({
    execution: z.string(),
    state: z.object({
      failover,
      /** The one that was handed out last. */
      layer: z.object({ layer: z.number().int(), lap: z.number().int() }).optional(),
    }),
  }),
  z.object({
    outcome: z.enum(['members', 'done', 'incomplete']),
    members: z.array(layerMember),
    /** From 0; as many as there are layers once all serve. */
    layer: z.number().int(),
    lap: z.number().int(),
  }),
);

const one = z.object({ execution: z.string(), failover, member: layerMember });
const served = z.object({
  /** What a person knows it by: bucket, cluster id, host. */
  target: z.string(),
});

export const promoteMember = contract(
  'PromoteMember',
  'Cuts the standby of a member loose, so that it takes writes',
  one,
  served,
);

export const adoptRestore = contract(
  'AdoptRestore',
  'Looks at what became of the restore of a member, and writes down that it serves',
  one.extend({ state: z.object({ error: caught.optional() }) }),
  served,
);

export const recordMember = contract(
  'RecordMember',
  'Writes down what was switched to a member, or why it does not serve',
  z.object({
    failover,
    member: layerMember,
    state: z.object({
      switched: z.object({ switched: z.array(z.string()) }).optional(),
      error: caught.optional(),
    }),
  }),
  nothing,
);

export const recordFailover = contract(
  'RecordFailover',
  'Writes down what was achieved, member by member and for the group, against the objectives, and says so',
  z.object({ failover }),
  z.object({
    move: z.string(),
    achievedRpoSeconds: z.number(),
    achievedRtoSeconds: z.number(),
    skewSeconds: z.number(),
    members: z.array(
      z.object({
        cluster: clusterName,
        way: z.string(),
        target: z.string(),
        instant: isoInstant,
        lossSeconds: z.number(),
        rpoSeconds: z.number(),
        achievedRtoSeconds: z.number(),
        rtoSeconds: z.number(),
      }),
    ),
  }),
);

export const failFailover = contract(
  'FailFailover',
  'Ends a failover that was not allowed, or did not bring all of its members back, and says so',
  z.object({
    execution: z.string(),
    /** Nobody allowed it, so nothing was done. */
    unapproved: z.enum(['refused', 'expired']).optional(),
    state: z.object({
      failover,
      approval: approvalAnswer.optional(),
      error: caught.optional(),
    }),
  }),
  z.object({ reason: reason }),
);
