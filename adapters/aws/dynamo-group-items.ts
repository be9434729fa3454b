import * as z from 'zod';
import type { Epoch } from '../../core/groups/group.ts';
import type { Move, MoveMember } from '../../core/groups/move.ts';
import { type Codec, codecOf, count, type Fields, reason, text, when } from './dynamo-catalog-items.ts';

/** How sides and moves are stored: format 5 of the catalog's items. */

const epochFields = {
  group: text,
  number: count,
  active: text,
  since: when,
  move: text.exactOptional(),
  before: z.array(z.object({ number: count, active: text, since: when })).exactOptional(),
} satisfies Fields<Epoch>;

const moveFields = {
  id: text,
  kind: z.enum(['failover', 'failback', 'switchover']),
  group: text,
  from: text,
  to: text,
  state: z.enum(['asked', 'approved', 'moving', 'moved', 'refused', 'failed']),
  askedAt: when,
  askedBy: text.exactOptional(),
  approvedBy: text.exactOptional(),
  epoch: count.exactOptional(),
  execution: text.exactOptional(),
  endedAt: when.exactOptional(),
  reason: reason.exactOptional(),
} satisfies Fields<Move>;

const memberFields = {
  move: text,
  group: text,
  cluster: text,
  layer: count,
  way: z.enum(['restore', 'promote', 'reverse']),
  state: z.enum(['planned', 'moving', 'serving', 'switched', 'failed']),
  instant: when,
  recoveryPoint: text.exactOptional(),
  lossSeconds: count,
  rpoSeconds: count,
  rtoSeconds: count,
  forecastSeconds: count,
  restoreTo: text.exactOptional(),
  run: text.exactOptional(),
  restoreId: text.exactOptional(),
  target: text.exactOptional(),
  startedAt: when.exactOptional(),
  servingAt: when.exactOptional(),
  achievedRtoSeconds: count.exactOptional(),
  movedBytes: count.exactOptional(),
  totalBytes: count.exactOptional(),
  switched: z.array(text).readonly().exactOptional(),
  reason: reason.exactOptional(),
} satisfies Fields<MoveMember>;

export const epochs: Codec<Epoch> = codecOf(z.object(epochFields), epochFields);
export const moves: Codec<Move> = codecOf(z.object(moveFields), moveFields);
export const members: Codec<MoveMember> = codecOf(z.object(memberFields), memberFields);
