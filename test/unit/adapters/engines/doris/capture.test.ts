import { describe, expect, test } from 'vitest';
import type { CapturedDatabases } from '../../../../../adapters/engines/doris/verify.ts';
import {
  captured,
  doing,
  failureOf,
  filled,
  labelsSent,
  pointIn,
  until,
} from '../../../../support/doris-laps.ts';
import { HOME } from '../../../../support/doris-world.ts';
import { capture, restoreTo } from '../../../../support/driver-run.ts';

describe('a capture', () => {
  test('is one job for each database, with the timestamps of Doris in its manifest, whatever the zone of its host', async () => {
    const world = filled({ source: { timeZone: 'America/Santiago' } });
    const opened = world.now();
    const { point, index } = await captured(world);
    expect(point.takenAt).toBeGreaterThanOrEqual(opened - 1_000);
    expect(point.takenAt).toBeLessThan(opened + 10_000);
    expect(index.statistics).toMatchObject({
      databases: 2,
      tables: 3,
      views: 1,
      frontendTimeZone: 'America/Santiago',
    });
    const databases = index.configuration['databases'] as CapturedDatabases;
    expect(Object.keys(databases)).toEqual(['shop', 'crm']);
    // Midnight in Santiago, where summer is three hours behind UTC.
    expect(databases['shop']!.timestamp).toMatch(/^2026-11-21-00-00-\d\d$/);
    expect(databases['shop']!.takenAt.slice(0, 16)).toBe('2026-11-21T03:00');
  });

  test('leaves no repository behind on the frontend, and no job', async () => {
    const world = filled();
    await capture(world);
    const { answers } = await world.sql('SHOW REPOSITORIES');
    expect(answers[0]!.rows).toEqual([]);
  });

  test('takes tables and partitions as the configuration says', async () => {
    const world = filled({
      cluster: {
        databases: {
          shop: { on: [{ table: 'orders', partitions: ['p202611'] }] },
          crm: { exclude: ['nothing'] },
        },
      },
    });
    world.source.createTable('crm', {
      ...{
        name: 'nothing',
        kind: 'olap',
        columns: ['x'],
        partitions: [{ name: 'nothing' }],
        replicationNum: 3,
      },
    });
    const point = await capture(world);
    const target = world.target(HOME);
    await restoreTo(world, point, HOME, target);
    const tables = new Set([...world.restored(HOME, target).keys()].map((key) => key.split('/')[0]));
    expect([...tables].toSorted()).toEqual(['crm.people', 'shop.orders']);
    expect([...world.restored(HOME, target).keys()].every((key) => !key.includes('o0'))).toBe(true);
  });

  test('waits for the job of somebody else, says whose it is, and goes on with the other database', async () => {
    const world = filled();
    world.source.faults.sticksTransfers = true;
    await world.sql(
      'CREATE REPOSITORY `other` WITH S3 ON LOCATION "s3://vault-home/other" PROPERTIES ("s3.endpoint" = "s3.eu-west-1.amazonaws.com", "s3.region" = "eu-west-1", "s3.role_arn" = "arn:aws:iam::111122223333:role/holdfast-eu-west-1-doris-source-shop", "s3.external_id" = "shop")',
    );
    expect((await world.sql('BACKUP SNAPSHOT `crm`.`ccrs_crm` TO `other`')).refused).toBeUndefined();
    await world.wait(60);
    const { step } = await until(
      world,
      (one) => one.outcome === 'waiting' || doing(one).includes('ccrs_crm'),
    );
    expect(doing(step)).toMatch(/waiting for BACKUP ccrs_crm of crm, which is UPLOADING: Doris runs one job/);
    expect(labelsSent(world).filter((label) => label.includes('-crm-'))).toEqual([]);
    world.source.faults.sticksTransfers = false;
    await until(world, (one) => one.outcome === 'ready');
  });

  test('asks again when another submission holds the lock', async () => {
    const world = filled();
    world.source.faults.submitsAnother = true;
    const { step } = await until(
      world,
      (one) => one.outcome === 'ready',
      async (lap) => {
        if (lap === 5) world.source.faults.submitsAnother = false;
      },
    );
    expect(step.outcome).toBe('ready');
  });

  test('is tried under a new label when a compaction took its versions, and what the old one left is no part of it', async () => {
    const world = filled();
    world.source.faults.mergesVersions = true;
    const { point } = await until(
      world,
      (one) => one.outcome === 'ready',
      async () => {
        if (labelsSent(world).some((label) => label.endsWith('-2')))
          world.source.faults.mergesVersions = false;
      },
    );
    expect(labelsSent(world)).toContain(`${point.id}-shop-2`);
  });

  test('fails by name when S3 refuses the backends, and says whose right is missing', async () => {
    const world = filled();
    world.source.faults.deniesBackends = true;
    const reason = await failureOf(world);
    expect(reason.name).toBe('PermissionMissing');
    expect(reason.message).toMatch(/reach\.hostRole: its hosts must be allowed to assume/);
  });

  test('fails by name when somebody cancels it', async () => {
    const world = filled();
    world.source.faults.sticksTransfers = true;
    const { step } = await until(
      world,
      (one) => one.outcome === 'failed',
      async (lap) => (lap === 4 ? world.sql('CANCEL BACKUP FROM shop') : undefined),
    );
    expect(step).toMatchObject({
      reason: { name: 'CaptureFailed', message: expect.stringContaining('was cancelled by somebody') },
    });
  });

  test('is known by its snapshot when ten other jobs have pushed it out of the history', async () => {
    const world = filled();
    const { point } = await until(
      world,
      (one) => one.outcome === 'ready',
      async (lap) => {
        if (lap !== 2) return;
        await world.wait(120);
        world.source.restartFrontend();
        await world.wait(30);
        for (let n = 0; n < 11; n++) {
          await world.sql(`BACKUP SNAPSHOT \`shop\`.\`other-${n}\` TO \`holdfast_${pointIn(world)}\``);
          await world.wait(120);
        }
      },
    );
    expect(labelsSent(world).filter((label) => label.startsWith(`${point.id}-shop`))).toEqual([
      `${point.id}-shop-1`,
    ]);
  });

  test('is refused by name when the vault holds two of what Doris takes one of', async () => {
    const world = filled();
    world.source.faults.duplicatesInfo = true;
    expect(await failureOf(world)).toMatchObject({ name: 'CaptureFailed' });
  });

  test('reads the columns of older and newer releases by their names', async () => {
    const world = filled();
    world.source.faults.columnsMore.add('QueuePos').add('BlockReason');
    world.source.faults.columnsMissing.add('TaskErrMsg').add('Progress');
    expect((await capture(world)).content!.items).toBeGreaterThan(3);
  });
});
