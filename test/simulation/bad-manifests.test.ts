import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { indexKey, shardKey } from '../../core/manifest/layout.ts';
import { minutes } from '../../core/time/instant.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { Blueprint } from '../support/world-of.ts';
import { installationFor, Mishaps } from './bad-days.ts';
import { AWAY, HOME } from './installations.ts';

let blueprint: Blueprint;
let world: Mishaps;

beforeAll(async () => {
  blueprint = await Blueprint.of(installationFor('altered', 'base', 'missing', 'midway', 'midgone'));
  world = new Mishaps(blueprint, 2);
  await world.stage.run(minutes(5));
});
afterAll(() => blueprint?.close());

const body = (bucket: string, key: string): Buffer =>
  [...world.stage.cloud.s3.current(bucket, key)].find(([found]) => found === key)![1].body;
const copyOf = (id: string, region: string) =>
  catalogOf(world.stage, HOME).copies.find((copy) => copy.id === id && copy.region === region);

/** Another text for a shard, as somebody who may write to the vault could put it there. */
function alter(region: string, cluster: string, id: string): void {
  const Key = shardKey(cluster, id, 0);
  const text = gunzipSync(body(world.vault(region), Key))
    .toString('utf8')
    .replace('b.txt', 'B.txt');
  world.call('s3', region, 'PutObject', { Bucket: world.vault(region), Key, Body: gzipSync(text) });
}

describe('a manifest that is not what was sealed', () => {
  it('altered: nothing is restored from it, and the other region restores', async () => {
    const id = await world.protect('altered');
    alter(AWAY, 'altered', id);
    const { name, message } = await world.ask(AWAY, { cluster: 'altered', to: 'latest' });
    expect(name).toBe('ManifestAltered');
    expect(message).toContain(`${shardKey('altered', id, 0)} has digest`);
    expect([...world.stage.cloud.s3.current(world.landing(AWAY), 'altered-restore')]).toEqual([]);
    await world.restores(HOME, 'altered', id);
  });

  it('missing, a shard or the index: the same', async () => {
    const id = await world.protect('missing');
    for (const Key of [shardKey('missing', id, 0), indexKey('missing', id)]) {
      world.call('s3', AWAY, 'DeleteObject', { Bucket: world.vault(AWAY), Key });
      const { name, message } = await world.ask(AWAY, { cluster: 'missing', to: 'latest' });
      expect(name).toBe('ManifestIncomplete');
      expect(message).toContain(Key);
    }
    await world.restores(HOME, 'missing', id);
  });

  it.each([
    ['altered', 'ManifestAltered', 'midway', (id: string) => alter(HOME, 'midway', id)],
    [
      'missing',
      'ManifestIncomplete',
      'midgone',
      (id: string) =>
        world.call('s3', HOME, 'DeleteObject', {
          Bucket: world.vault(HOME),
          Key: shardKey('midgone', id, 0),
        }),
    ],
  ])(
    '%s between seal and copy: the copy fails as %s and nothing is proven',
    async (_, error, cluster, spoil) => {
      const heardBefore = world.heard.length;
      let id = '';
      world.stage.cloud.events.watch((event, bus) => {
        const { cluster: of, recoveryPoint } = event.detail as { cluster?: string; recoveryPoint?: string };
        if (id !== '' || event['detail-type'] !== 'RecoveryPointSealed' || of !== cluster) return;
        if (!bus.endsWith('/holdfast')) return;
        id = recoveryPoint!;
        spoil(id);
      });
      await world.backup(cluster);
      await world.stage.run(minutes(5));
      expect(world.told(cluster, heardBefore)).toContain(`CopyFailed ${AWAY} ${error}`);
      expect(copyOf(id, AWAY)).toMatchObject({ state: 'failed', reason: { name: error } });
      expect((await world.ask(AWAY, { cluster, to: id })).name).toBe('RecoveryPointNotRestorable');
    },
  );
});

describe('the newest point, whose manifest is what the next one is compared with', () => {
  it('altered at home: it is set aside with an alert, and the backups after it stand on their own', async () => {
    const before = await world.protect('base');
    alter(HOME, 'base', before);
    const heardBefore = world.heard.length;
    const after = await world.protect('base');
    expect(world.told('base', heardBefore)).toContain(`RecoveryPointQuarantined ${HOME} ManifestAltered`);
    expect(copyOf(before, HOME)).toMatchObject({ state: 'quarantined' });
    await world.restores(HOME, 'base', after);
    await world.restores(AWAY, 'base', after);
    await world.restores(AWAY, 'base', before);
  });
});
