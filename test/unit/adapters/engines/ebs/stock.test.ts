import { EC2Client } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../../../adapters/aws/clients.ts';
import { removeVolumesOf, volumesIn, volumesOfPoint } from '../../../../../adapters/engines/ebs/stock.ts';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import { keeperNamed, keeperOf, keptName } from '../../../../../core/engines/keepers.ts';
import { capture, captureSpec, copyTo, openPoint } from '../../../../support/driver-run.ts';
import { EbsWorld } from '../../../../support/ebs-world.ts';

let world: EbsWorld;
let point: RecoveryPoint;
let ec2: EC2Client;
beforeEach(() => {
  world = new EbsWorld();
  world.create();
  world.wait(5);
  point = openPoint(world);
  ec2 = connect(new EC2Client({ region: world.home }), 'ec2', world.home);
});
const status = async () => (await volumesOfPoint(ec2, point.id))?.status;

describe('what stands for a recovery point', () => {
  it('is all of its snapshots together: pending, then whole, and broken when one is gone', async () => {
    expect(await status()).toBeUndefined();
    await world.driver.begin(captureSpec(world, point));
    expect(await status()).toBe('pending');
    world.wait(600);
    expect(await status()).toBe('available');
    world.remove(world.snapshots(world.home)[0]!.SnapshotId!);
    expect(await status()).toBe('failed');
  });

  it('is whole although a set that a repeat made is broken', async () => {
    await world.driver.begin(captureSpec(world, point));
    world.wait(60);
    world.ec2.spoil(world.home, world.instances[0]!, 'fails');
    world.take(world.instances[0]!, { 'holdfast:recovery-point': point.id, 'holdfast:cluster': 'doris' });
    world.wait(600);
    expect(await status()).toBe('available');
  });

  it('is listed by point, and only with both tags and a name that belongs to the cluster', async () => {
    await capture(world, undefined, point);
    world.wait(60);
    world.take(world.instances[0]!, { 'holdfast:recovery-point': 'doris-hourly-20260101t000000z' });
    world.take(world.instances[1]!, { 'holdfast:recovery-point': 'doris-x', 'holdfast:cluster': 'doris' });
    world.take(world.instances[2]!, {
      'holdfast:recovery-point': 'orders-hourly-20260101t000000z',
      'holdfast:cluster': 'doris',
    });
    expect(await volumesIn(ec2)).toEqual([
      {
        name: keptName('ebs', point.id),
        cluster: 'doris',
        recoveryPoint: point.id,
        status: 'available',
        scheduledAt: point.scheduledAt - 250,
        createdAt: point.openedAt,
      },
    ]);
  });

  it('is told apart in two regions, and removed in one', async () => {
    const sealed = await capture(world, undefined, point);
    await copyTo(world, sealed, world.recovery);
    expect(await removeVolumesOf(ec2, point.id)).toBe('removed');
    expect(await status()).toBeUndefined();
    const there = connect(new EC2Client({ region: world.recovery }), 'ec2', world.recovery);
    expect((await volumesOfPoint(there, point.id))?.status).toBe('available');
  });
});

it('a name says whose it is', () => {
  const id = 'doris-hourly-20261121t030000z';
  expect(keeperNamed(keptName('ebs', id))).toEqual({ keeper: 'ebs', id });
  expect(keeperNamed(keptName('rds', id))).toEqual({ keeper: 'rds' });
  expect((['objects', 'tidb', 'aurora', 'ebs', undefined] as const).map(keeperOf)).toEqual([
    undefined,
    undefined,
    'rds',
    'ebs',
    undefined,
  ]);
});
