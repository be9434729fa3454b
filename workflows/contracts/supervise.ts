import * as z from 'zod';
import { caught, clusterName, contract, cursor, isoInstant, nothing } from './shared.ts';

/** One thing that the engine's tool is asked to do with the log of one cluster, and where that stands. */
const errand = z.object({
  cluster: clusterName,
  does: z.enum(['status', 'stop', 'start', 'resume', 'truncate']),
  /** Of which chain; empty before it is known. */
  chain: z.string().default(''),
  /** Of a stop: the chain that is started behind it; empty for none. */
  thenStart: z.string().default(''),
  /** Of a truncation, once it is decided: an instant in milliseconds, and the engine's own word for it. */
  until: z.object({ at: z.number(), mark: z.string() }).optional(),
  /** Absent until it has begun. */
  cursor: cursor.optional(),
  /** When it is to be looked at again, in epoch milliseconds: others may be due earlier. */
  dueAt: z.number().default(0),
  /** How often in a row what may pass stood in its way. */
  faults: z.number().int().default(0),
});
export type Errand = z.output<typeof errand>;

const work = z.object({
  /** `overdue`: there is something left to tend, and no lap. */
  outcome: z.enum(['tend', 'done', 'overdue']),
  /** Read by the Wait state. */
  pollAfterSeconds: z.number().int().min(0).default(0),
  lap: z.number().int(),
  errands: z.array(errand),
});
export type Work = z.output<typeof work>;

export const lookAtLogs = contract(
  'LookAtLogs',
  'Writes down how far the log of every cluster reaches in the vault, and finds out whose tool has to be asked',
  z.object({}).loose(),
  work,
);

export const tendLogs = contract(
  'TendLogs',
  'Asks the tools, and starts, resumes, stops and truncates logs; one cluster holds up no other',
  z.object({ execution: z.string(), startedAt: isoInstant, state: z.looseObject({ work }) }),
  work,
);

export const failSupervision = contract(
  'FailSupervision',
  'Records why a supervision of the logs failed and says so',
  z.object({ error: caught.optional() }),
  nothing,
);
