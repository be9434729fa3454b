import * as z from 'zod';
import { contract, isoInstant, reason } from './shared.ts';

export const beat = contract(
  'Beat',
  'Writes the next numbered heartbeat into every cluster that allows it; called by the schedule every minute',
  z.object({ scheduledAt: isoInstant }),
  z.object({ hearts: z.number().int(), beaten: z.number().int(), missed: z.number().int() }),
);

/** What the beats that a restore brought back say of it: `core/heartbeat/reading.ts`, with instants as text. */
export const finding = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('read'),
    beats: z.number().int(),
    newest: z.number().int(),
    newestAt: isoInstant,
    missing: z.number().int(),
    firstMissing: z.number().int().optional(),
    beyond: z.number().int(),
    provenLossSeconds: z.number(),
  }),
  z.object({ outcome: z.literal('unread'), reason }),
]);
