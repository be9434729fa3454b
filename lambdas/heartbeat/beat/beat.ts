import { reasonOf } from '../../../core/errors/registry.ts';
import { BEAT_EVERY, type Heart, heartOf, OBJECT_BEAT_EVERY } from '../../../core/heartbeat/heart.ts';
import type { Cluster } from '../../../core/plan/installation.ts';
import type { Instant } from '../../../core/time/instant.ts';
import type { beat as contract } from '../../../workflows/contracts/heartbeat.ts';
import { settled } from '../../shared/at-once.ts';
import { instantOf } from '../../shared/lookups.ts';
import type { Input, Output } from '../../shared/ports.ts';
import { activeHere, type SidesPorts, sidesOf } from '../../shared/sides.ts';
import { beatInObject } from '../in-object.ts';
import { beatOverSql } from '../over-sql.ts';
import type { HeartPorts } from '../ports.ts';

/**
 * A beat waits for two round trips, some 150 ms through a function that is warm: fifty at once are 300 a second, so 5,000
 * clusters take some 15 s of the minute. One that nobody answers holds its place for 25 s (5 to connect, 20 to answer):
 * a hundred such, of 5,000, make it another 50 s. The Data API takes 1,000 calls a second, and an account runs 1,000
 * functions at once by default: fifty leave both to others.
 */
export const AT_ONCE = 50;

interface Beating {
  readonly cluster: Cluster;
  readonly heart: Heart;
}

/**
 * A beat for every cluster that allows it. One that fails stops no other and fails nothing: it is counted and said, and
 * an alarm rings when beats stay away. What failed is not tried again, for the next beat comes in a minute.
 */
export async function beat(
  { scheduledAt }: Input<typeof contract>,
  ports: HeartPorts & SidesPorts,
  now: Instant,
): Promise<Output<typeof contract>> {
  const { installation } = await ports.configuration.read();
  // A beat is a write into the cluster: none goes where another side takes the writes.
  const sides = await sidesOf(installation, ports);
  const clusters = activeHere(installation.clusters, sides, installation, ports);
  const due = dueAt(clusters, instantOf(scheduledAt));
  const outcomes = await settled(due, AT_ONCE, (one) => beatOne(one, ports, now));
  const missed = outcomes.flatMap((outcome, n) =>
    outcome.status === 'rejected' ? [{ ...due[n]!, error: outcome.reason as unknown }] : [],
  );
  for (const { cluster, error } of missed) {
    const reason = reasonOf(error);
    ports.telemetry.error(
      `${cluster.name} has no heartbeat this time: ${reason.message}`,
      error instanceof Error ? error : new Error(reason.message),
      { cluster: cluster.name, reason: reason.name },
    );
  }
  const count = (kinds: readonly Heart['kind'][]): number =>
    missed.filter(({ heart }) => kinds.includes(heart.kind)).length;
  ports.telemetry.metric('MissedBeats', 'Count', count(['reach', 'data-api']), { region: ports.region });
  // Objects beat in every fifteenth run only: counted with the others, fourteen good runs would hide them.
  if (due.some(({ heart }) => heart.kind === 'object'))
    ports.telemetry.metric('MissedObjectBeats', 'Count', count(['object']), { region: ports.region });
  return { hearts: due.length, beaten: due.length - missed.length, missed: missed.length };
}

/** By the minute that was scheduled, however late the run is. */
const dueAt = (clusters: readonly Cluster[], scheduled: Instant): readonly Beating[] => {
  const minute = Math.floor(scheduled / BEAT_EVERY);
  const objectsToo = minute % (OBJECT_BEAT_EVERY / BEAT_EVERY) === 0;
  return clusters.flatMap((cluster) => {
    const heart = heartOf(cluster);
    return heart && (heart.kind !== 'object' || objectsToo) ? [{ cluster, heart }] : [];
  });
};

async function beatOne({ cluster, heart }: Beating, ports: HeartPorts, now: Instant): Promise<number> {
  if (heart.kind === 'reach') {
    const place = { cluster: cluster.name, region: ports.region, end: 'source' } as const;
    return beatOverSql((statements) => ports.reach.sql(place, statements), 'mysql', now);
  }
  if (heart.kind === 'data-api') {
    const database = { clusterId: heart.clusterId, ...heart.api };
    return beatOverSql((statements) => ports.dataApis.sql(database, statements), 'standard', now);
  }
  return beatInObject(ports.heartObjects, heart.bucket, heart.key, now);
}
