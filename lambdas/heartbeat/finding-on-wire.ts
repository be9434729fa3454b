import type * as z from 'zod';
import type { HeartFinding } from '../../core/heartbeat/reading.ts';
import { iso } from '../../core/time/instant.ts';
import type { finding } from '../../workflows/contracts/heartbeat.ts';
import { instantOf } from '../shared/lookups.ts';

/** Through a machine instants travel as text. */
export const findingOnWire = (found: HeartFinding): z.input<typeof finding> =>
  found.outcome === 'unread' ? found : { ...found, newestAt: iso(found.newestAt) };

export function findingFromWire(found: z.output<typeof finding>): HeartFinding {
  if (found.outcome === 'unread') return found;
  const { firstMissing, newestAt, ...rest } = found;
  return { ...rest, newestAt: instantOf(newestAt), ...(firstMissing !== undefined && { firstMissing }) };
}
