import type { RestoreSpec } from '../../../core/engines/driver.ts';
import {
  HoldfastError,
  InvalidInput,
  type Reason,
  RecoveryPointNotRestorable,
  reasonOf,
  TargetNotUsable,
  UnsupportedByEngine,
} from '../../../core/errors/registry.ts';
import type { ManifestIndex } from '../../../core/manifest/index-file.ts';
import type { Place } from '../../../core/ports/reach.ts';
import { type ManifestPlace, readLines } from '../shared/manifest-io.ts';
import { type Contents, versionIn } from './answers.ts';
import { binObstacles } from './bin.ts';
import { ask, type DorisPorts, dorisCluster, rowsOf } from './ports.ts';
import { attach, detach } from './repository.ts';
import { planned } from './restore.ts';
import type { Job, Mode } from './restore-plan.ts';
import { requireRoom, shown } from './room.ts';
import { snapshotOf } from './snapshots.ts';

/** Doris's `table_name_length_limit`, unless somebody set it. */
const TABLE_NAME_MAX = 64;

/** What can be seen before anything is written: the request, the manifest, and the target as the frontend shows it. */
export async function preflightRestore(ports: DorisPorts, spec: RestoreSpec): Promise<readonly Reason[]> {
  try {
    return spec.bin ? await binObstacles(ports, spec, spec.bin) : await obstacles(ports, spec);
  } catch (error) {
    return [reasonIn(error)];
  }
}

/** @throws what may pass by itself: the machine asks again. */
function reasonIn(error: unknown): Reason {
  if (error instanceof HoldfastError && !error.retryable && error.family !== 'defect') return reasonOf(error);
  throw error;
}

async function obstacles(ports: DorisPorts, spec: RestoreSpec): Promise<readonly Reason[]> {
  if (spec.nativePointInTime || spec.log)
    throw new UnsupportedByEngine(
      `Doris restores to recovery points and to no instant between them: ${spec.cluster.name} has no log to replay; ask for a point, or an instant without a log`,
    );
  const { at, point, index, plan } = await planned(ports, spec);
  for await (const line of readLines(point, index.shards)) void line;
  await requireVersion(ports, spec, at, index);
  await attach(ports, { at, point, readOnly: true });
  const reasons: Reason[] = [];
  try {
    for (const job of plan.jobs) {
      try {
        await requireContents(ports, at, point, job, plan.mode);
        await requireRoom(ports, at, job, plan.mode);
      } catch (error) {
        reasons.push(reasonIn(error));
      }
    }
  } finally {
    // It was attached to be looked at. A restore that begins attaches it again, and not each of them begins.
    await detach(ports, at, point);
  }
  return reasons;
}

/** Metadata of a later version an earlier one cannot read. */
async function requireVersion(
  ports: DorisPorts,
  spec: RestoreSpec,
  at: Place,
  index: ManifestIndex,
): Promise<void> {
  const told = await ask(ports, at, [{ kind: 'show-frontends' }]);
  const there = majorMinor(versionIn(rowsOf(told))) ?? majorMinor(dorisCluster(spec.cluster).version);
  const captured = majorMinor(String(index.configuration['version']));
  if (!captured || !there) return;
  if (there[0] > captured[0] || (there[0] === captured[0] && there[1] >= captured[1])) return;
  throw new TargetNotUsable(
    `${spec.point.id} was taken of Doris ${captured.join('.')}, and the cluster that it is to land in is ${there.join('.')}: Doris restores into the same version or a later one; upgrade it`,
    { recoveryPoint: spec.point.id },
  );
}

function majorMinor(version: string): readonly [number, number] | undefined {
  const found = /(\d+)\.(\d+)/.exec(version);
  return found ? [Number(found[1]), Number(found[2])] : undefined;
}

async function requireContents(
  ports: DorisPorts,
  at: Place,
  point: ManifestPlace,
  job: Job,
  mode: Mode,
): Promise<void> {
  const { label, timestamp } = job.snapshot;
  const found = await snapshotOf(ports, at, point, label, 'restore');
  if (typeof found === 'string')
    throw new RecoveryPointNotRestorable(
      `Doris cannot restore ${job.from} of ${point.id}: ${found}; restore another recovery point, or from another region`,
      { recoveryPoint: point.id },
    );
  if (found.timestamp !== timestamp)
    throw new RecoveryPointNotRestorable(
      `the snapshot of ${job.from} in ${point.id} is of ${found.timestamp}, and the manifest says ${timestamp}`,
      { recoveryPoint: point.id },
    );
  if (job.table) requirePart(point, job, found.contents, mode);
}

function requirePart({ id }: ManifestPlace, job: Job, { tables, views }: Contents, mode: Mode): void {
  const { table, partitions, as } = job.table!;
  const captured = tables.get(table);
  if (!captured) {
    const isView = views.includes(table);
    throw new InvalidInput(
      isView
        ? `${job.from}.${table} is a view; restore the database, and take the view from there`
        : `${id} holds no table ${job.from}.${table}; it holds ${shown([...tables.keys()])}. Asynchronous materialized views, external tables and tables with a storage policy are in no backup of Doris`,
    );
  }
  const lost = partitions.filter((partition) => !captured.includes(partition));
  if (lost.length > 0)
    throw new InvalidInput(
      `${id} holds no partition ${lost.join(', ')} of ${job.from}.${table}; it holds ${shown(captured)}`,
    );
  if (mode === 'swap' && partitions.length > 0)
    throw new InvalidInput(
      `mode is "swap" and only partitions of ${job.from}.${table} are asked for: the table would be left with these alone; leave mode out, and move them with INSERT INTO … SELECT`,
    );
  if (as !== undefined && as.length > TABLE_NAME_MAX)
    throw new TargetNotUsable(
      `${as} would have ${as.length} characters, and Doris takes ${TABLE_NAME_MAX}; restore the database ${job.from}, where the table keeps its name`,
    );
}
