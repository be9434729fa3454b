import { ResourceMissing } from '../../core/errors/registry.ts';
import type { ExpirePlan } from '../../core/retention/plan-expiry.ts';
import { type Instant, iso } from '../../core/time/instant.ts';
import type { Vault } from '../shared/ports.ts';

/** What one lap of an expiry run will do, per cluster, as it is written down before anything follows from it. */
export interface PlanFile {
  readonly execution: string;
  readonly lap: number;
  /** ISO 8601, UTC. */
  readonly writtenAt: string;
  readonly plans: readonly ExpirePlan[];
}

/** `work/` is expired by the vault's lifecycle; the file lasts long enough for whoever asks why something went. */
export const planFileKey = (execution: string, lap: number): string =>
  `work/expiry/${execution.slice(execution.lastIndexOf(':') + 1)}/plan-${lap}.json`;

export async function writePlan(
  { store, bucket }: Vault,
  execution: string,
  lap: number,
  plans: readonly ExpirePlan[],
  now: Instant,
): Promise<string> {
  const key = planFileKey(execution, lap);
  const file: PlanFile = { execution, lap, writtenAt: iso(now), plans };
  await store.put(bucket, key, Buffer.from(JSON.stringify(file, undefined, 2)));
  return key;
}

export async function readPlan({ store, bucket }: Vault, key: string): Promise<PlanFile> {
  const bytes = await store.get(bucket, key);
  if (!bytes)
    throw new ResourceMissing(`the expiry plan ${key} is not in ${bucket}; start holdfast-expire again`, {
      bucket,
      key,
    });
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as PlanFile;
}
