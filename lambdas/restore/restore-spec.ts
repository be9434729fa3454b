import type * as z from 'zod';
import type { RestoreRecord } from '../../core/catalog/recovery-point.ts';
import type { EngineDriver, RestoreScope, RestoreSpec, RestoreTarget } from '../../core/engines/driver.ts';
import { invariant } from '../../core/errors/assert.ts';
import { UnknownLogChain } from '../../core/errors/registry.ts';
import { scheduledAtOf } from '../../core/ids/names.ts';
import type { LogChain } from '../../core/log/chain.ts';
import type { Instant } from '../../core/time/instant.ts';
import type { resolved } from '../../workflows/contracts/restore.ts';
import { clusterNamed, instantOf, knownPoint } from '../shared/lookups.ts';
import type { TaskPorts } from '../shared/ports.ts';
import { restoreTurns } from '../shared/turns.ts';

export type Resolved = z.output<typeof resolved>;

/** The wire knows `undefined` members, the engine's target has only those that were said. */
export const targetOf = ({ target }: Resolved): RestoreTarget => said(target);

/** What names no place of its own is known by the tag of its restore: the volumes of an ebs cluster. */
const called = ({ target, restoreId }: Resolved): string => {
  const { bucket, prefix, clusterId, called: name } = target;
  return bucket === undefined
    ? (clusterId ?? name ?? `what ${restoreId} made`)
    : `s3://${bucket}/${prefix ?? ''}`;
};

const isPart = ({ scope, bin, mode }: Resolved): boolean =>
  scope !== undefined || bin !== undefined || mode === 'difference';

/** A restore's record as it begins. Its id carries the second at which its execution started. */
export function newRestore(restore: Resolved, region: string): RestoreRecord {
  const startedAt = scheduledAtOf(restore.restoreId);
  invariant(startedAt !== undefined, 'a restore id ends with its starting second', {
    restore: restore.restoreId,
  });
  return {
    id: restore.restoreId,
    cluster: restore.cluster,
    region,
    state: 'restoring',
    recoveryPoint: restore.recoveryPointId,
    instant: instantOf(restore.restoresTo),
    target: called(restore),
    ...(restore.log && { chain: restore.log.chain }),
    ...(isPart(restore) && { part: true }),
    ...(restore.approval.needed === 'yes' && { asked: true }),
    ...(restore.drill && { drill: { id: restore.drill.id, deadline: instantOf(restore.drill.deadline) } }),
    startedAt,
  };
}

/** The wire knows `undefined` members here too. */
const scopeOf = ({ scope }: Resolved): RestoreScope | undefined => scope && said(scope);

const said = <T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;

/** The chain as it is now: it may have been truncated since the restore was resolved, which a pre-flight looks at. */
async function chainOf(
  { cluster, log }: Resolved,
  { catalog, region }: Pick<TaskPorts, 'catalog' | 'region'>,
): Promise<LogChain | undefined> {
  if (!log) return undefined;
  const chain = await catalog.chain({ cluster, region, chain: log.chain });
  if (chain) return chain;
  throw new UnknownLogChain(
    `the log chain ${log.chain} of ${cluster} in ${region} is not in the catalog any more; start the restore again`,
    { cluster, region, chain: log.chain },
  );
}

/** What every restore task hands to the engine, read anew each time. */
export async function restoreSpec(
  restore: Resolved,
  ports: Pick<TaskPorts, 'region' | 'configuration' | 'catalog' | 'drivers'>,
  now: Instant,
): Promise<{ readonly spec: RestoreSpec; readonly driver: EngineDriver }> {
  const { installation } = await ports.configuration.read();
  const cluster = clusterNamed(installation, restore.cluster);
  const point = await knownPoint(ports.catalog, restore.recoveryPointId);
  const record = newRestore(restore, ports.region);
  const scope = scopeOf(restore);
  const chain = await chainOf(restore, ports);
  const spec: RestoreSpec = {
    cluster,
    point,
    instant: record.instant,
    nativePointInTime: restore.nativePointInTime,
    region: ports.region,
    target: targetOf(restore),
    ...(scope && { scope }),
    ...(chain && { log: { chain } }),
    ...(restore.mode && { mode: restore.mode }),
    ...(restore.bin && { bin: restore.bin.map(said) }),
    turns: restoreTurns(ports.catalog, record, now),
    restore: record,
    now,
  };
  return { spec, driver: ports.drivers(cluster.engine) };
}
