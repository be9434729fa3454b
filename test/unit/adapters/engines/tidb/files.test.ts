import { expect, test } from 'vitest';
import { type Listing, NOT_LISTED, planFiles } from '../../../../../adapters/engines/shared/files.ts';
import { BR_FILES } from '../../../../../adapters/engines/tidb/files.ts';
import type { TidbPorts } from '../../../../../adapters/engines/tidb/ports.ts';
import { foundNothing, sizeIn, summaryIn } from '../../../../../adapters/engines/tidb/summary.ts';
import { captureSpec, openPoint } from '../../../../support/driver-run.ts';
import { HOME, ObjectsWorld, VAULTS } from '../../../../support/objects-world.ts';

const FILES = 2_300;

test('the files of a snapshot are planned lap by lap, each once, and BR’s scratch is not', async () => {
  const world = new ObjectsWorld();
  const spec = captureSpec(world, openPoint(world));
  const data = `files/${spec.point.id}/data/`;
  const names = Array.from({ length: FILES }, (_, n) => `store${n % 3}/${n}.sst`);
  for (const name of [...names, 'backupmeta', 'backup.lock', 'checkpoints/data/1.cpt'])
    world.call('PutObject', { Bucket: VAULTS[HOME]!, Key: data + name, Body: Buffer.from('x') });
  const ports = { store: world.store, vaults: VAULTS, home: HOME, lap: { pages: 1, shards: 1 } };

  const planned: number[] = [];
  let listing: Listing = NOT_LISTED;
  for (let lap = 0; lap < 10 && !listing.ended; lap++) {
    const done = await planFiles(ports as unknown as TidbPorts, BR_FILES, spec, listing);
    expect(done.planned.length).toBeLessThanOrEqual(1);
    planned.push(...done.planned);
    listing = done.listing;
  }
  expect(planned).toEqual([0, 1, 2]);
  expect(listing).toMatchObject({
    ended: true,
    nextShard: 3,
    totals: { items: FILES + 1, bytes: FILES + 1 },
  });
});

const at = '[2026/06/17 10:00:00.000 +00:00] [INFO] [collector.go:78]';

test.each([
  [`${at} ["Full Backup success summary"] [total-take=35.1s] [Size=300] [BackupTS=1]`, true, 300],
  [`${at} ["Full Backup failed summary"] [error="[BR:PD:x] a ] b"] [Size=7]`, false, 7],
  [`${at} ["restore log success summary"] [total-size=5kB]`, true, undefined],
  [`${at} ["Table Restore success summary"] [Size=5kB]`, true, undefined],
])('%s', (line, succeeded, size) => {
  const summary = summaryIn(['before', line, 'after']);
  expect(summary).toMatchObject({ succeeded });
  expect(sizeIn(summary)).toBe(size);
});

test('no summary is none, and nothing to back up is seen however it is spelt', () => {
  expect(summaryIn(['[INFO] ["log metadata"] [log-min-ts=1]'])).toBeUndefined();
  expect(foundNothing([`${at} ["Full Backup success summary"] [Result="Nothing to bakcup"]`])).toBe(true);
  expect(foundNothing([`${at} ["Full Backup success summary"] [Size=1]`])).toBe(false);
});
