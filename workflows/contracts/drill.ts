import * as z from 'zod';
import { resolved } from './restore.ts';
import { caught, clusterName, contract, isoInstant, progress, reason } from './shared.ts';

/** What starts `holdfast-drill`: `{ "cluster": "orders" }` is enough. */
export const drillRequest = z.strictObject({
  cluster: clusterName,
  /** Left out, as the plan says; without a word there, the newest. */
  pick: z.enum(['latest', 'random']).optional(),
  /** Left out, as the plan says; without a word there, an ordinary one. */
  mode: z.enum(['ordinary', 'region-lost']).optional(),
  /** Who asks, for the record; a schedule says nothing. */
  by: z.string().min(1).max(200).optional(),
  /** By a schedule: when it was due. */
  scheduledAt: isoInstant.optional(),
});

/** What a drill carries through the machine. */
const drill = z.object({
  drillId: z.string(),
  cluster: clusterName,
  deadline: isoInstant,
  /** What holdfast-restore is asked for: a point, or an instant that a log leads to; absent when there is nothing. */
  to: z.string().optional(),
  next: z.enum(['prove', 'restore', 'fail']),
  reason: reason.optional(),
});

export const resolveDrill = contract(
  'ResolveDrill',
  'Chooses the point that is drilled, and opens the record of the drill',
  z.object({ request: drillRequest, execution: z.string(), startedAt: isoInstant }),
  drill,
);

export const provePrimaryDenied = contract(
  'ProvePrimaryDenied',
  'Makes a harmless call into the primary region, which has to be denied to everything that restores here',
  z.object({ drill }),
  z.object({ detail: z.string() }),
);

const check = z.object({
  name: z.enum(['primary-denied', 'validated', 'statistics', 'samples', 'heartbeat', 'objectives']),
  outcome: z.enum(['passed', 'failed', 'skipped']),
  detail: z.string(),
});

const compared = z.object({ comparedAt: isoInstant, checks: z.array(check) });

export const compareDrill = contract(
  'CompareDrill',
  'Compares what was restored with the manifest beyond what its restore did: counts, content, heartbeat, objectives',
  z.object({ drill, restore: resolved, work: progress }),
  compared,
);

const tornDown = z.object({
  outcome: z.enum(['gone', 'running', 'overdue']),
  pollAfterSeconds: z.number().int().min(0).default(0),
  doing: z.string().default(''),
});

export const tearDownDrill = contract(
  'TearDownDrill',
  'Removes what the drill restored, and says whether all of it is gone',
  z.object({ drill }),
  tornDown,
);

export const recordDrill = contract(
  'RecordDrill',
  'Writes down how the drill ended, what was compared and how long each part took, and says so',
  z.object({
    state: z.object({
      drill,
      denied: z.object({ detail: z.string() }).optional(),
      compared: compared.optional(),
      tearDown: tornDown.optional(),
      error: caught.optional(),
    }),
  }),
  z.object({ outcome: z.enum(['passed', 'failed']), drillId: z.string(), reason: reason.optional() }),
);

export const startDrills = contract(
  'StartDrills',
  'Starts one drill for every cluster of a plan; called by the schedule of its drills',
  z.strictObject({ plan: z.string(), scheduledAt: z.string() }),
  z.object({ started: z.number().int(), alreadyStarted: z.number().int() }),
);

export const sweepDrills = contract(
  'SweepDrills',
  'Removes what drills of this region left behind; in the primary, sets aside copies that a drill found altered',
  z.looseObject({}),
  z.object({ swept: z.number().int(), left: z.number().int(), setAside: z.number().int() }),
);
