import type { RecoveryPoint, RestoreRecord } from '../../core/catalog/recovery-point.ts';
import type {
  CaptureSpec,
  CopySpec,
  Cursor,
  EngineDriver,
  RestoreSpec,
  RestoreTarget,
  Step,
  Verdict,
} from '../../core/engines/driver.ts';
import type { Reason } from '../../core/errors/base.ts';
import { recoveryPointId, restoreId } from '../../core/ids/names.ts';
import type { ManifestIndex } from '../../core/manifest/index-file.ts';
import type { Cluster } from '../../core/plan/installation.ts';
import type { Instant } from '../../core/time/instant.ts';

/** What a driver is run in: its cluster, its regions and a clock that only moves when it is told to. */
export interface DriverWorld {
  readonly driver: EngineDriver;
  readonly cluster: Cluster;
  readonly home: string;
  readonly recovery: string;
  now(): Instant;
  /** Lets time pass; whatever the engine does by itself happens meanwhile. */
  wait(seconds: number): void | Promise<void>;
}

/** A capture, copy or restore that ended otherwise than by success; carries the reason as the machine would see it. */
export class NotDone extends Error {
  override readonly name = 'NotDone';
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(`${reason.name}: ${reason.message}`);
    this.reason = reason;
  }
}

/** Laps after which a loop is taken to be endless. */
const LAPS_MAX = 2_000;

/** Runs the loop that all three machines have: shards are moved, waits are waited, until it is ready. */
async function untilReady(
  world: DriverWorld,
  begin: () => Promise<Step>,
  poll: (cursor: Cursor) => Promise<Step>,
  moveShard: (shard: number) => Promise<void>,
): Promise<Extract<Step, { outcome: 'ready' }>> {
  let step = await begin();
  for (let laps = 0; laps < LAPS_MAX; laps++) {
    if (step.outcome === 'ready') return step;
    if (step.outcome === 'failed') throw new NotDone(step.reason);
    if (step.outcome === 'shards') for (const shard of step.shards) await moveShard(shard);
    else await world.wait(step.pollAfterSeconds);
    step = await poll(step.cursor);
  }
  throw new Error(`not ready after ${LAPS_MAX} laps; the last said: ${JSON.stringify(step)}`);
}

function soundIndex(verdict: Verdict): ManifestIndex {
  if (!verdict.sound) throw new NotDone(verdict.reason);
  return verdict.index;
}

/** A recovery point as the catalog opens it. */
export function openPoint(world: DriverWorld, base?: RecoveryPoint): RecoveryPoint {
  const at = world.now();
  return {
    id: recoveryPointId(world.cluster.name, 'hourly', at),
    cluster: world.cluster.name,
    engine: world.cluster.engine,
    plan: world.cluster.plan,
    rule: 'hourly',
    region: world.home,
    state: 'capturing',
    scheduledAt: at,
    openedAt: at,
    execution: 'test',
    ...(base && { base: base.id }),
  };
}

export const captureSpec = (world: DriverWorld, point: RecoveryPoint): CaptureSpec => ({
  cluster: world.cluster,
  point,
  now: world.now(),
});

/** From an open point to a sealed one, as the backup machine does it. */
export async function capture(
  world: DriverWorld,
  base?: RecoveryPoint,
  opened = openPoint(world, base),
): Promise<RecoveryPoint> {
  const { driver } = world;
  let point = opened;
  const spec = (): CaptureSpec => captureSpec(world, point);
  const ready = await untilReady(
    world,
    () => driver.begin(spec()),
    (cursor) => driver.poll(spec(), cursor),
    (shard) => driver.captureShard(spec(), shard),
  );
  point = { ...point, state: 'captured', ...(ready.takenAt !== undefined && { takenAt: ready.takenAt }) };
  const { root, items, bytes, newItems, newBytes, shards } = soundIndex(
    await driver.verify(spec(), ready.cursor),
  );
  const content = { root, items, bytes, newItems, newBytes, shards: shards.length };
  return { ...point, state: 'sealed', sealedAt: world.now(), content };
}

export async function copyTo(
  world: DriverWorld,
  point: RecoveryPoint,
  region: string,
  base?: RecoveryPoint,
): Promise<ManifestIndex> {
  const { driver, cluster } = world;
  const spec = (): CopySpec => ({ cluster, point, region, base, now: world.now() });
  const ready = await untilReady(
    world,
    () => driver.beginCopy(spec()),
    (cursor) => driver.pollCopy(spec(), cursor),
    (shard) => driver.copyShard(spec(), shard),
  );
  return soundIndex(await driver.prove(spec(), ready.cursor));
}

export function restoreSpec(
  world: DriverWorld,
  point: RecoveryPoint,
  region: string,
  target: RestoreTarget,
  change: Partial<RestoreSpec> = {},
): RestoreSpec {
  const { cluster } = world;
  const instant = point.takenAt ?? point.scheduledAt;
  const restore: RestoreRecord = {
    id: restoreId(cluster.name, world.now(), 'an execution'),
    cluster: cluster.name,
    region,
    state: 'restoring',
    recoveryPoint: point.id,
    instant,
    target: JSON.stringify(target),
    startedAt: world.now(),
  };
  return {
    cluster,
    point,
    instant,
    nativePointInTime: false,
    region,
    target,
    restore,
    now: world.now(),
    ...change,
  };
}

/** From a request to a validated target, as the restore machine does it. */
export async function restoreTo(
  world: DriverWorld,
  point: RecoveryPoint,
  region: string,
  target: RestoreTarget,
  change: Partial<RestoreSpec> = {},
): Promise<ManifestIndex> {
  const { driver } = world;
  const first = restoreSpec(world, point, region, target, change);
  const spec = (): RestoreSpec => ({ ...first, now: world.now() });
  const [reason] = await driver.preflight(spec());
  if (reason) throw new NotDone(reason);
  const ready = await untilReady(
    world,
    () => driver.beginRestore(spec()),
    (cursor) => driver.pollRestore(spec(), cursor),
    (shard) => driver.restoreShard(spec(), shard),
  );
  return soundIndex(await driver.validate(spec(), ready.cursor));
}
