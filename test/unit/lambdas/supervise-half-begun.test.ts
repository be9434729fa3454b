import { expect, test } from 'vitest';
import { minutes } from '../../../core/time/instant.ts';
import { HOME, SuperviseWorld } from '../../support/supervise-world.ts';
import { VAULTS } from '../../support/tidb-world.ts';

test('a folder that a killed start left half made is given up, and the log begins in another one', async () => {
  const world = new SuperviseWorld();
  const chain = '20261121t030000z';
  await lock(world, chain);
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

test('the log that never ran is told as broken, each time anew, and the next look begins one that runs', async () => {
  // The same world does the same: its twin says what the chain will be called.
  const twin = new SuperviseWorld();
  await twin.supervise();
  const { chain } = (await twin.chains())[0]!;
  const world = new SuperviseWorld();
  await lock(world, chain);
  await world.supervise();
  expect((await world.chains()).map(({ state }) => state)).toEqual(['broken']);
  const broken = world.tasks.events.filter(({ name }) => name === 'LogChainBroken');
  expect(broken.map(({ facts }) => facts?.['chain'])).toEqual([chain]);
  await world.wait(minutes(15));
  await world.supervise();
  expect((await world.chains()).map(({ state }) => state)).toEqual(['broken', 'running']);
});

/** What a start leaves that is killed before it wrote anything else. */
async function lock(world: SuperviseWorld, chain: string): Promise<void> {
  const call = world.tidb.cloud.callAs({ name: 'br', principal: 'arn:aws:iam::111122223333:root' });
  const Key = `shop/log/${chain}/backup.lock`;
  await world.settled(
    call('s3', HOME, 'PutObject', { Bucket: VAULTS[HOME]!, Key, Body: Buffer.from('lock') }),
  );
}
