import { ResourceMissing } from '../../core/errors/registry.ts';
import type { Difference } from '../../core/reconcile/difference.ts';
import { type Instant, iso } from '../../core/time/instant.ts';
import type { discardUnclaimed } from '../../workflows/contracts/reconcile.ts';
import type { Input, Vault } from '../shared/ports.ts';

export type Surveyed = Input<typeof discardUnclaimed>['survey'];
export type Position = Surveyed['position'];
export type Mended = NonNullable<Input<typeof discardUnclaimed>['discarded']>;

export const NOTHING_MENDED: Mended = { mended: 0, told: 0, putOff: 0 };
/** Before the first cluster. */
export const FIRST: Position = { cluster: '', folder: '', key: '' };

/** What one lap of a survey found, as it is written down before anything follows from it. */
export interface PlanFile {
  readonly execution: string;
  readonly lap: number;
  /** ISO 8601, UTC. */
  readonly writtenAt: string;
  readonly differences: readonly Difference[];
  /** What was seen and is not in this plan, in words; the next run looks at it again. */
  readonly left: readonly string[];
}

const NEXT = 'work/reconcile/next.json';

export async function writePlan(
  { store, bucket }: Vault,
  plan: Omit<PlanFile, 'writtenAt'>,
  now: Instant,
): Promise<string> {
  const run = plan.execution.slice(plan.execution.lastIndexOf(':') + 1);
  const key = `work/reconcile/${run}/plan-${plan.lap}.json`;
  const file: PlanFile = { ...plan, writtenAt: iso(now) };
  await store.put(bucket, key, Buffer.from(JSON.stringify(file, undefined, 1)));
  return key;
}

export async function readPlan({ store, bucket }: Vault, key: string): Promise<PlanFile> {
  const bytes = await store.get(bucket, key);
  if (!bytes)
    throw new ResourceMissing(`the plan ${key} is not in ${bucket}; start holdfast-reconcile again`, {
      bucket,
      key,
    });
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as PlanFile;
}

/** Where a run begins: where the one before had to stop, or at the first cluster. */
export async function readPosition({ store, bucket }: Vault): Promise<Position> {
  const bytes = await store.get(bucket, NEXT);
  if (!bytes) return FIRST;
  return { ...FIRST, ...(JSON.parse(Buffer.from(bytes).toString('utf8')) as Position) };
}

export async function writePosition({ store, bucket }: Vault, position: Position): Promise<void> {
  await store.put(bucket, NEXT, Buffer.from(JSON.stringify(position)));
}
