import { describe, expect, test } from 'vitest';
import { later, minutes } from '../../../../../core/time/instant.ts';
import { doing, failureOf, filled, until } from '../../../../support/doris-laps.ts';
import { HOME } from '../../../../support/doris-world.ts';
import { captureSpec, openPoint } from '../../../../support/driver-run.ts';

describe('a capture', () => {
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
