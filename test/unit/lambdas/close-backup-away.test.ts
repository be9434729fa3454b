import { expect, test } from 'vitest';
import { turned } from '../../../core/plan/turned.ts';
import { hours, iso, minutes } from '../../../core/time/instant.ts';
import { capture } from '../../../lambdas/backup/capture-recovery-point/capture.ts';
import { close } from '../../../lambdas/watch/close-stopped-execution/close.ts';
import { MemoryDriver } from '../../support/memory-driver.ts';
import { cluster, HOME, INSTALLATION, RECOVERY, TaskWorld, time } from '../../support/task-world.ts';

const NOON = time('2026-11-21T12:00:00Z');
const ID = 'orders-hourlydr-20261121t120000z';
const AWAY_BUCKET = 'orders-files-away';
const request = { cluster: 'orders', rule: 'hourlydr', scheduledAt: iso(NOON) };
const execution = `arn:aws:states:${RECOVERY}:111122223333:execution:holdfast-backup:${ID}`;
const detail = {
  ...{ executionArn: execution, status: 'ABORTED', name: ID, startDate: NOON },
  stateMachineArn: `arn:aws:states:${RECOVERY}:111122223333:stateMachine:holdfast-backup`,
  input: JSON.stringify(request),
};

/** A group that went to the recovery region, and a driver as captures there have it. */
class DriverThere extends MemoryDriver {
  readonly captured: unknown[] = [];
  override abandon(spec: Parameters<MemoryDriver['abandon']>[0]): Promise<void> {
    this.captured.push('bucket' in spec.cluster ? spec.cluster.bucket : undefined);
    return super.abandon(spec);
  }
}

function away() {
  const world = new TaskWorld();
  world.installation = {
    ...INSTALLATION,
    clusters: [{ ...cluster('orders'), restoreInto: { [RECOVERY]: { bucket: AWAY_BUCKET } } }],
    groups: [
      {
        name: 'shop',
        layers: [['orders']],
        to: RECOVERY,
        maxSkew: minutes(15),
        approvalWithin: hours(1),
      },
    ],
  };
  const there = new DriverThere();
  const ports = { ...world.ports(RECOVERY), driversHere: () => there };
  const installation = turned(world.installation, RECOVERY)!;
  const configuration = { read: async () => ({ installation, since: world.since }) };
  const begun = () =>
    capture(
      { request, execution, startedAt: iso(NOON) },
      { ...ports, drivers: () => there, configuration },
      NOON,
    );
  return { world, there, ports, begun };
}

test('a backup that was stopped on the side that took over is removed as captures there see it', async () => {
  const { world, there, ports, begun } = away();
  await begun();
  expect(await close({ detail }, ports, NOON)).toEqual({ closed: `${ID}: failed` });
  expect([there.captured, there.stored.size]).toEqual([[AWAY_BUCKET], 0]);
  expect(world.names()).toEqual(['BackupFailed']);
});

test('what that side sealed before its backup was stopped is missing in the region that was lost', async () => {
  const { world, ports, begun } = away();
  await begun();
  for (const state of ['captured', 'verified', 'sealed'] as const)
    await world.catalog.advance(ID as never, state);
  await close({ detail }, ports, NOON);
  expect(world.events).toMatchObject([
    { name: 'BackupFailed', recoveryPoint: ID },
    { name: 'CopyFailed', recoveryPoint: ID, region: HOME },
  ]);
});
