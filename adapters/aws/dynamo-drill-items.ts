import * as z from 'zod';
import type { DrillRecord } from '../../core/drills/drill.ts';
import {
  type Codec,
  codecOf,
  count,
  type Fields,
  heartbeat,
  reason,
  text,
  when,
} from './dynamo-catalog-items.ts';

const drillFields = {
  id: text,
  cluster: text,
  region: text,
  mode: z.enum(['ordinary', 'region-lost']),
  pick: z.enum(['latest', 'random']),
  state: z.enum(['drilling', 'passed', 'failed']),
  by: text.exactOptional(),
  startedAt: when,
  deadline: when,
  recoveryPoint: text.exactOptional(),
  root: text.exactOptional(),
  instant: when.exactOptional(),
  chain: text.exactOptional(),
  restoreId: text.exactOptional(),
  target: text.exactOptional(),
  bytes: count.exactOptional(),
  items: count.exactOptional(),
  steps: z
    .array(z.object({ name: z.enum(['resolve', 'restore', 'validate', 'tear-down']), seconds: count }))
    .exactOptional(),
  checks: z
    .array(
      z.object({
        name: z.enum(['primary-denied', 'validated', 'statistics', 'samples', 'heartbeat', 'objectives']),
        outcome: z.enum(['passed', 'failed', 'skipped']),
        detail: text,
      }),
    )
    .exactOptional(),
  heartbeat: heartbeat.exactOptional(),
  endedAt: when.exactOptional(),
  tornDownAt: when.exactOptional(),
  receipt: count.exactOptional(),
  reason: reason.exactOptional(),
} satisfies Fields<DrillRecord>;

export const drills: Codec<DrillRecord> = codecOf(z.object(drillFields), drillFields);
