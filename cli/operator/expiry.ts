import type { CopyRecord } from '../../core/catalog/recovery-point.ts';
import { scheduledAtOf } from '../../core/ids/names.ts';
import type { DueEntry } from '../../core/ports/catalog.ts';
import { judgeCluster, provenIn, wantsCopies } from '../../core/retention/judge-cluster.ts';
import type { ExpirePlan } from '../../core/retention/plan-expiry.ts';
import { type Instant, instant } from '../../core/time/instant.ts';
import { type Operator, regionsOf } from './operator.ts';

/** What a run of `holdfast-expire` that starts now would find, and make of it. */
export interface ExpiryForecast {
  readonly at: Instant;
  readonly plans: readonly ExpirePlan[];
  /** Copies whose grace has ended, per region. Each region looks once more at holds, floor and neighbours before it removes one. */
  readonly discards: readonly { readonly region: string; readonly due: readonly DueEntry[] }[];
}

/** A run takes them in laps; this is more than it can. */
const DUE_MAX = 50_000;

/** Reads what the run reads and decides as it decides. Only `request` and `discard` write, and neither is called. */
export async function forecastExpiry(operator: Operator): Promise<ExpiryForecast> {
  const { installation, now } = operator;
  const catalog = operator.catalog(operator.region);
  const due = await catalog.due('review', installation.regions.primary, now, DUE_MAX);
  const plans: ExpirePlan[] = [];
  for (const [cluster, entries] of Map.groupBy(due, (entry) => entry.cluster)) {
    const oldest = instant(Math.min(...entries.map(({ id }) => scheduledAtOf(id) ?? 0)));
    const [points, holds] = await Promise.all([catalog.points(cluster, oldest), catalog.holds(cluster)]);
    const first = judgeCluster(cluster, installation, { points, holds }, now);
    if (!wantsCopies(first)) {
      plans.push(first.plan);
      continue;
    }
    const copies = new Map<string, readonly CopyRecord[]>();
    for (const region of regionsOf(installation))
      copies.set(region, await catalog.copies(cluster, region, oldest));
    const holdings = { points, holds, proven: provenIn(copies) };
    plans.push(judgeCluster(cluster, installation, holdings, now).plan);
  }
  const discards = await Promise.all(
    regionsOf(installation).map(async (region) => ({
      region,
      due: await catalog.due('discard', region, now, DUE_MAX),
    })),
  );
  return { at: now, plans, discards: discards.filter((each) => each.due.length > 0) };
}
