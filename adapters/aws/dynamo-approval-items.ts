import * as z from 'zod';
import type { Approval } from '../../core/approvals/approval.ts';
import { type Codec, codecOf, type Fields, text, when } from './dynamo-catalog-items.ts';

const approvalFields = {
  id: text,
  about: z.enum(['failover', 'failback', 'switchover', 'restore', 'writers-stopped']),
  sentence: text,
  facts: z.record(text, z.union([text, z.number()])),
  region: text,
  askedAt: when,
  askedBy: text.exactOptional(),
  until: when,
  fourEyes: z.boolean(),
  token: text,
  /** That it has expired is told by `until`, and written by nobody. */
  state: z.enum(['waiting', 'approved', 'refused', 'expired']),
  answeredAt: when.exactOptional(),
  answeredBy: text.exactOptional(),
  note: text.exactOptional(),
} satisfies Fields<Approval>;

export const approvals: Codec<Approval> = codecOf(z.object(approvalFields), approvalFields);
