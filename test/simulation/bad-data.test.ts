import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemKey } from '../../core/manifest/layout.ts';
import { hours, minutes } from '../../core/time/instant.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { Blueprint } from '../support/world-of.ts';
import { installationFor, Mishaps } from './bad-days.ts';
import { AWAY, HOME } from './installations.ts';

let blueprint: Blueprint;
let world: Mishaps;

beforeAll(async () => {
  blueprint = await Blueprint.of(
    installationFor('rotten', 'tampered', 'early', 'overwritten', 'vanished', 'suspended', 'locked'),
  );
  world = new Mishaps(blueprint, 2);
  await world.stage.run(minutes(5));
});
afterAll(() => blueprint?.close());

const noSha = (): string => {
  throw new Error('these keys are short');
};
const copyOf = (id: string, region: string) =>
  catalogOf(world.stage, HOME).copies.find((copy) => copy.id === id && copy.region === region);

describe('bytes that are not what was captured', () => {
  it('rotten in the vault: the restore fails by name, and the other region restores', async () => {
    const id = await world.protect('rotten');
    world.stage.cloud.s3.corrupt(world.vault(AWAY), itemKey('rotten', id, 'b.txt', noSha));
    expect((await world.ask(AWAY, { cluster: 'rotten', to: id })).name).toBe('RestoreFailed');
    expect(world.reasonFor('RestoreFailed', 'rotten')).toContain('b.txt');
    expect(world.told('rotten')).toContain(`RestoreFailed ${AWAY} ChecksumMismatch`);
    await world.restores(HOME, 'rotten', id);
  });

  it('changed on the way to the other region: the copy fails, and a second try mends it', async () => {
    const { s3 } = world.stage.cloud;
    s3.tamperCopy = ({ from, to }) =>
      to.bucket === world.vault(AWAY) && from.key.endsWith('/data/b.txt') ? Buffer.from('forged') : undefined;
    const id = await world.protect('tampered');
    s3.tamperCopy = undefined;
    expect(copyOf(id, AWAY)).toMatchObject({ state: 'failed' });
    expect(world.told('tampered')).toContain(`CopyFailed ${AWAY} ChecksumMismatch`);
    expect((await world.ask(AWAY, { cluster: 'tampered', to: 'latest' })).name).toBe('NothingToRestore');
    const again = await world.stage.execute(HOME, 'copy', {
      cluster: 'tampered',
      recoveryPointId: id,
      region: AWAY,
    });
    expect(again.status).toBe('SUCCEEDED');
    // The record of the copy is written at home and reaches the other region within a second.
    await world.stage.run(minutes(1));
    await world.restores(AWAY, 'tampered', id);
  });
});

describe('objects that change under the capture', () => {
  it.each([
    ['before they are listed', 'early', 'beforeListing'],
    ['before they are copied', 'overwritten', 'beforeCopyFrom'],
  ] as const)(
    'overwritten and deleted %s: the point holds what was there at its instant',
    async (_, cluster, moment) => {
      const files = world.files(cluster);
      world.ambush[moment](`acme-${cluster}`, () => {
        files.write('a.txt', Buffer.from('too late for this point'));
        files.remove('b.txt');
        files.write('new.txt', Buffer.from('too young'));
      });
      const id = await world.protect(cluster);
      expect(world.ambush.sprung).toBe(true);
      for (const region of [HOME, AWAY]) {
        const { comparison } = await world.restores(region, cluster, id);
        expect(comparison?.compared).toBe(3);
      }
    },
  );

  it('deleted for good, version and all: the capture fails by name, nothing is left of it, the next one succeeds', async () => {
    const before = await world.protect('vanished');
    const files = world.files('vanished');
    files.write('a.txt', Buffer.from('about to vanish'));
    await world.stage.run(minutes(1));
    const heardBefore = world.heard.length;
    world.ambush.beforeCopyFrom('acme-vanished', () => {
      const VersionId = [...world.stage.cloud.s3.current('acme-vanished', 'a.txt')][0]![1].id;
      world.call('s3', HOME, 'DeleteObject', { Bucket: 'acme-vanished', Key: 'a.txt', VersionId });
      files.remove('a.txt');
    });
    const failed = await world.backup('vanished');
    expect(failed.status).toBe('FAILED');
    expect(world.told('vanished', heardBefore)).toEqual([`BackupFailed ${HOME} SourceVersionGone`]);
    const point = catalogOf(world.stage, HOME).points.find(
      (p) => p.cluster === 'vanished' && p.state === 'failed',
    )!;
    expect([...world.stage.cloud.s3.current(world.vault(HOME), `vanished/${point.id}/`)]).toEqual([]);
    const next = await world.protect('vanished');
    for (const id of [before, next])
      for (const region of [HOME, AWAY]) await world.restores(region, 'vanished', id);
  });
});

describe('a source or a key that cannot be used', () => {
  it('versioning suspended: the backup is refused with what to do, older points stay', async () => {
    const id = await world.protect('suspended');
    const versioning = (Status: string) =>
      world.call('s3', HOME, 'PutBucketVersioning', {
        Bucket: 'acme-suspended',
        VersioningConfiguration: { Status },
      });
    versioning('Suspended');
    expect((await world.backup('suspended')).status).toBe('FAILED');
    expect(world.reasonFor('BackupFailed', 'suspended')).toMatch(/^SourceNotVersioned: .*enable versioning/);
    await world.restores(AWAY, 'suspended', id);
    versioning('Enabled');
    await world.restores(HOME, 'suspended', await world.protect('suspended'));
  });

  it.each([HOME, AWAY])(
    'the vault key of %s disabled: named, announced, and mended by enabling it',
    async (region) => {
      const id = await world.protect('locked');
      const key = (operation: string) => world.call('kms', region, operation, { KeyId: keyIdOf(region) });
      const before = world.heard.length;
      key('DisableKey');
      world.files('locked').write('a.txt', Buffer.from(`while the key of ${region} was disabled`));
      const backup = await world.backup('locked');
      await world.stage.run(minutes(10));
      key('EnableKey');
      expect(backup.status).toBe(region === HOME ? 'FAILED' : 'SUCCEEDED');
      expect(world.told('locked', before)).toContain(
        region === HOME ? `BackupFailed ${HOME} KeyNotUsable` : `CopyFailed ${AWAY} KeyNotUsable`,
      );
      const next = await world.protect('locked');
      for (const where of [HOME, AWAY])
        for (const to of [id, next]) await world.restores(where, 'locked', to);
    },
  );
});

/** A key is disabled by its id; the vault's default encryption names it. */
function keyIdOf(region: string): string {
  const { kmsKeyArn } = world.stage.cloud.s3.bucket(world.vault(region))!;
  return kmsKeyArn!;
}

describe('a database cluster that is deleted between two backups', () => {
  it('fails the next backup by name, restores from what there is, and loses nothing below the floor', async () => {
    const points = [await world.protect('orders'), await world.protect('orders')];
    world.call('rds', HOME, 'DeleteDBInstance', {
      DBInstanceIdentifier: 'orders-1',
      SkipFinalSnapshot: true,
    });
    await world.stage.run(hours(1));
    world.call('rds', HOME, 'DeleteDBCluster', { DBClusterIdentifier: 'orders', SkipFinalSnapshot: true });
    await world.stage.run(hours(1));
    const before = world.heard.length;
    expect((await world.backup('orders')).status).toBe('FAILED');
    expect(world.told('orders', before)).toContain(`BackupFailed ${HOME} ResourceMissing`);
    expect(world.reasonFor('BackupFailed', 'orders')).toContain(`there is no cluster orders in ${HOME}`);
    await world.stage.run(hours(3 * 24));
    for (const region of [HOME, AWAY])
      for (const id of points) {
        expect(copyOf(id, region)?.state).toBe('proven');
        await world.restores(region, 'orders', id);
      }
    await world.restores(HOME, 'orders', 'latest');
  });
});
