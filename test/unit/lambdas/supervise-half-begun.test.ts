import { expect, test } from 'vitest';
import { minutes } from '../../../core/time/instant.ts';
import { HOME, SuperviseWorld } from '../../support/supervise-world.ts';
import { VAULTS } from '../../support/tidb-world.ts';

test('a folder that a killed start left half made is given up, and the log begins in another one', async () => {
  const world = new SuperviseWorld();
  const chain = '20261121t030000z';
  const key = `shop/log/${chain}/backup.lock`;
  const bucket = VAULTS[HOME]!;
  const { cloud } = world.tidb;
  const call = cloud.callAs({ name: 'br', principal: 'arn:aws:iam::111122223333:root' });
  await world.settled(call('s3', HOME, 'PutObject', { Bucket: bucket, Key: key, Body: Buffer.from('lock') }));
  const spec = {
    cluster: world.tidb.cluster,
    region: HOME,
    order: { do: 'start', chain, from: world.logs.markAt(world.now) },
    run: 'first',
  } as const;
  let step = await world.settled(world.logs.begin(spec));
  while (step.outcome === 'running') {
    await world.wait(minutes(1));
    step = await world.settled(world.logs.poll(spec, step.cursor));
  }
  expect(step).toMatchObject({ outcome: 'gone', reason: { name: 'LogFailed' } });
});
