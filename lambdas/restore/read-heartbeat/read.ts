import { ServiceUnavailable, TargetNotUsable } from '../../../core/errors/registry.ts';
import { type Heart, heartOf, heartRestored } from '../../../core/heartbeat/heart.ts';
import { type Beat, type HeartFinding, readingOf, unread } from '../../../core/heartbeat/reading.ts';
import type { Database } from '../../../core/ports/data-api.ts';
import type { SqlReply } from '../../../core/ports/reach.ts';
import type { readHeartbeat } from '../../../workflows/contracts/restore.ts';
import { findingOnWire } from '../../heartbeat/finding-on-wire.ts';
import { beatIn } from '../../heartbeat/in-object.ts';
import { beatsOverSql } from '../../heartbeat/over-sql.ts';
import type { HeartPorts } from '../../heartbeat/ports.ts';
import { clusterNamed } from '../../shared/lookups.ts';
import type { Input, Output } from '../../shared/ports.ts';
import { newRestore, targetOf } from '../restore-spec.ts';

type Found = readonly Beat[] | { readonly refused: string };

/**
 * Says what is found and why nothing is; it throws what a retry may mend. The time at which the restore was validated
 * passes through: its outage ends there, and not when the heartbeat is read.
 */
export async function read(
  { restore, validatedAt }: Input<typeof readHeartbeat>,
  ports: HeartPorts,
): Promise<Output<typeof readHeartbeat>> {
  const { installation } = await ports.configuration.read();
  const cluster = clusterNamed(installation, restore.cluster);
  const record = newRestore(restore, ports.region);
  const finding = async (): Promise<HeartFinding> => {
    if (!heartOf(cluster))
      return unread('NotAllowed', `the configuration of ${cluster.name} allows no heartbeat`);
    if (restore.scope)
      return unread('NotRestored', 'a part was restored, and the heartbeat is no part of it');
    const heart = heartRestored(cluster, {
      id: restore.restoreId,
      region: ports.region,
      target: targetOf(restore),
    });
    if (!heart)
      return unread(
        'NotReached',
        `restoreInto.${ports.region} of ${cluster.name} names no way to the heartbeat of what was restored`,
      );
    const found = await beatsOf(heart, cluster.name, ports);
    return 'refused' in found ? unread('NoHeartbeat', found.refused) : readingOf(found, record);
  };
  return { validatedAt, finding: findingOnWire(await finding()) };
}

async function beatsOf(heart: Heart, cluster: string, ports: HeartPorts): Promise<Found> {
  if (heart.kind === 'reach') {
    const place = { cluster, region: ports.region, end: 'target' } as const;
    return beatsOverSql((statements) => ports.reach.sql(place, statements));
  }
  if (heart.kind === 'data-api') {
    const database = { clusterId: heart.clusterId, ...heart.api };
    return beatsOverSql((statements) => switchedOn(database, statements, ports));
  }
  const { bucket, key } = heart;
  const found = await ports.heartObjects.read(bucket, key);
  return found ? [beatIn(found.text, bucket, key)] : { refused: `there is no object s3://${bucket}/${key}` };
}

/** A restored cluster comes without its Data API, whatever the one had that was captured. */
async function switchedOn(
  database: Database,
  statements: readonly string[],
  { dataApis }: HeartPorts,
): Promise<SqlReply> {
  try {
    return await dataApis.sql(database, statements);
  } catch (error) {
    if (!(error instanceof TargetNotUsable)) throw error;
    await dataApis.switchOn(database.clusterId);
    throw new ServiceUnavailable(
      `the Data API of ${database.clusterId} was off and is being switched on; it answers soon`,
    );
  }
}
