import { describe, expect, test } from 'vitest';
import type { CapturedDatabases } from '../../../../../adapters/engines/doris/verify.ts';
import type { Step } from '../../../../../core/engines/driver.ts';
import { later, minutes } from '../../../../../core/time/instant.ts';
import { DorisWorld, HOME } from '../../../../support/doris-world.ts';
import { capture, captureSpec, NotDone, openPoint, restoreTo } from '../../../../support/driver-run.ts';

function filled(options: ConstructorParameters<typeof DorisWorld>[0] = {}): DorisWorld {
  const world = new DorisWorld(options);
  world.create();
  return world;
}

/** Why a capture ends otherwise than by success. */
const failureOf = async (world: DorisWorld) => {
  const failure = await capture(world).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NotDone);
  return (failure as NotDone).reason;
};

/** Laps until one says it, with what happens before each. */
async function until(
  world: DorisWorld,
  is: (step: Step) => boolean,
  before: (lap: number) => Promise<unknown> | undefined = () => undefined,
): Promise<{ readonly step: Step; readonly point: ReturnType<typeof openPoint> }> {
  const point = openPoint(world);
  let step = await world.driver.begin(captureSpec(world, point));
  for (let lap = 0; lap < 200 && !is(step); lap++) {
    if (step.outcome === 'ready' || step.outcome === 'failed') break;
    if (step.outcome === 'shards')
      for (const shard of step.shards) await world.driver.captureShard(captureSpec(world, point), shard);
    else await world.wait(step.pollAfterSeconds);
    await before(lap);
    step = await world.driver.poll(captureSpec(world, point), step.cursor);
  }
  expect(is(step), JSON.stringify(step)).toBe(true);
  return { step, point };
}

/** A capture and the manifest's index of it. */
async function captured(world: DorisWorld) {
  const { step, point } = await until(world, (one) => one.outcome === 'ready');
  if (step.outcome !== 'ready') throw new Error('until() saw to it');
  const verdict = await world.driver.verify(captureSpec(world, point), step.cursor);
  if (!verdict.sound) throw new Error(verdict.reason.message);
  const { takenAt } = step;
  return { point: { ...point, takenAt: takenAt! }, index: verdict.index };
}

const doing = (step: Step): string => ('doing' in step ? step.doing : '');
const labelsSent = (world: DorisWorld): readonly string[] =>
  world.sent.filter((sql) => sql.startsWith('BACKUP')).map((sql) => /`([^`]*-\d)`/.exec(sql)![1]!);

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

  test.each([
    [
      { cluster: { databases: { shop: { on: [{ table: 'ghosts', partitions: [] }] } } } },
      'InvalidConfiguration',
      /ghosts/,
    ],
    [
      { cluster: { databases: { shop: { on: [{ table: 'orders', partitions: ['p1999'] }] } } } },
      'InvalidConfiguration',
      /p1999/,
    ],
    [{ cluster: { databases: { lost: { all: true as const } } } }, 'InvalidConfiguration', /lost/],
    [{ source: { cloudMode: true } }, 'UnsupportedByEngine', /cloud mode/],
  ])('of %j is refused by name, with a way out', async (options, name, words) => {
    const reason = await failureOf(filled(options));
    expect(reason).toMatchObject({ name, message: expect.stringMatching(words) });
  });

  test('refuses a repository of its name that lies somewhere else', async () => {
    const world = filled();
    const point = openPoint(world);
    await world.sql(
      `CREATE REPOSITORY \`holdfast_${point.id}\` WITH S3 ON LOCATION "s3://vault-home/elsewhere" PROPERTIES ("s3.endpoint" = "s3.eu-west-1.amazonaws.com", "s3.region" = "eu-west-1", "s3.role_arn" = "arn:aws:iam::111122223333:role/holdfast-eu-west-1-doris-source-shop", "s3.external_id" = "shop")`,
    );
    expect(await world.driver.begin(captureSpec(world, point))).toMatchObject({
      outcome: 'failed',
      reason: { name: 'CaptureFailed', message: expect.stringContaining('removes the entry and no files') },
    });
  });

  test.each([
    [90, '5400'],
    [2, '600'],
    [3_000, '86400'],
  ])('with %i minutes left to its deadline gives Doris %s seconds', async (left, timeout) => {
    const world = filled();
    const point = openPoint(world);
    const spec = { ...captureSpec(world, point), deadline: later(world.now(), minutes(left)) };
    let step = await world.driver.begin(spec);
    for (let lap = 0; lap < 2 && 'cursor' in step; lap++) step = await world.driver.poll(spec, step.cursor);
    expect(world.sent.find((sql) => sql.startsWith('BACKUP'))).toContain(`("timeout" = "${timeout}")`);
  });
});

describe('an abandoned capture', () => {
  test('cancels its own job, takes its repository away and hides what was written', async () => {
    const world = filled();
    world.source.faults.sticksTransfers = true;
    const { point } = await until(world, (one) => doing(one).includes('UPLOADING'));
    await world.driver.abandon(captureSpec(world, point));
    const { answers } = await world.sql('SHOW BACKUP FROM shop');
    expect(answers[0]!.rows.map((row) => row['State'])).toEqual(['CANCELLED']);
    expect((await world.sql('SHOW REPOSITORIES')).answers[0]!.rows).toEqual([]);
    expect(world.keys(HOME, `shop/${point.id}/`)).toEqual([]);
  });

  test('lets the job of somebody else run', async () => {
    const world = filled();
    const point = openPoint(world);
    await world.driver.begin(captureSpec(world, point));
    world.source.faults.sticksTransfers = true;
    await world.sql(`BACKUP SNAPSHOT \`shop\`.\`theirs\` TO \`holdfast_${point.id}\``);
    await world.wait(30);
    await expect(world.driver.abandon(captureSpec(world, point))).rejects.toMatchObject({
      name: 'EngineBusy',
    });
    const { answers } = await world.sql('SHOW BACKUP FROM shop');
    expect(answers[0]!.rows.map((row) => row['State'])).toEqual(['UPLOADING']);
  });
});

/** The point that is being captured. */
const pointIn = (world: DorisWorld): string =>
  /CREATE REPOSITORY `holdfast_([^`]+)`/.exec(
    world.sent.findLast((sql) => sql.startsWith('CREATE REPO'))!,
  )![1]!;
