import * as z from 'zod';
import { contract } from './shared.ts';

/** Functions that schedules and events call directly, outside any machine. */
export const startBackups = contract(
  'StartBackups',
  'Starts one backup machine for every cluster of a plan; called by the schedule of one rule',
  z.strictObject({ plan: z.string(), rule: z.string(), scheduledAt: z.string() }),
  z.object({ started: z.number().int(), alreadyStarted: z.number().int() }),
);

export const closeStoppedExecution = contract(
  'CloseStoppedExecution',
  'Records what a machine left open that ran past its deadline or was stopped; called by the event of its end',
  z.looseObject({
    detail: z.looseObject({
      executionArn: z.string(),
      stateMachineArn: z.string(),
      name: z.string(),
      status: z.string(),
      input: z.string().nullable().optional(),
    }),
  }),
  z.object({ closed: z.string() }),
);

export const watchObjectives = contract(
  'WatchObjectives',
  'Measures the achieved RPO of every cluster in this region and announces each breach',
  z.looseObject({}),
  z.object({ clusters: z.number().int(), breached: z.number().int() }),
);

export const checkReceipts = contract(
  'CheckReceipts',
  'Verifies the chain of receipts in the vault of this region, each with the key that KMS shows, announces what is wrong, and writes the receipts that are missing',
  z.looseObject({}),
  z.object({
    receipts: z.number().int(),
    flaws: z.number().int(),
    /** Written now, of what ended without one. */
    late: z.number().int(),
    /** Of what has ended and still has none. */
    left: z.number().int(),
  }),
);
