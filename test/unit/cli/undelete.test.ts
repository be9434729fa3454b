import { describe, expect, it } from 'vitest';
import { hold } from '../../../cli/commands/hold.ts';
import { undelete } from '../../../cli/commands/undelete.ts';
import { ServiceUnavailable } from '../../../core/errors/registry.ts';
import type { Catalog } from '../../../core/ports/catalog.ts';
import { days, hours, type Instant, later, minutes } from '../../../core/time/instant.ts';
import { emptied, expired, START, withPoints } from '../../support/expiry-runs.ts';
import { HOME, INSTALLATION, RECOVERY, type TaskWorld } from '../../support/task-world.ts';
import { configOf, shell, typed } from './typed.ts';

const EXPIRED_AT = later(START, hours(5));
/** The plan's grace is three days. */
const ENDS = later(EXPIRED_AT, days(3));
const config = configOf(INSTALLATION);

/** The oldest two of four points lie in the bin. */
async function withBin() {
  const { world, ids } = await withPoints(4);
  await expired(world, EXPIRED_AT);
  return { world, id: ids[0]! };
}

const type = (
  world: TaskWorld,
  id: string,
  now: Instant = later(EXPIRED_AT, hours(1)),
  catalog: (region: string) => Catalog = () => world.catalog,
) => typed(undelete, [id], shell(config, catalog, now));

const statesOf = async ({ catalog }: TaskWorld, id: string) => [
  (await catalog.point(id))?.state,
  (await catalog.copy(id, HOME))?.state,
  (await catalog.copy(id, RECOVERY))?.state,
];

/** The catalog of a shell that dies as soon as it writes the copy of this region. */
const dyingAt = (world: TaskWorld, region: string): Catalog =>
  Object.assign(Object.create(world.catalog), {
    advanceCopy: (...args: Parameters<Catalog['advanceCopy']>) =>
      args[1] === region
        ? Promise.reject(new ServiceUnavailable('the line is cut'))
        : world.catalog.advanceCopy(...args),
    point: world.catalog.point.bind(world.catalog),
    points: world.catalog.points.bind(world.catalog),
    holds: world.catalog.holds.bind(world.catalog),
    copy: world.catalog.copy.bind(world.catalog),
    advance: world.catalog.advance.bind(world.catalog),
  });

describe('undelete', () => {
  it('brings a point and its copies back, and says that nothing keeps it there', async () => {
    const { world, id } = await withBin();
    const { code, said } = await type(world, id);
    expect(code).toBe(0);
    expect(said).toContain(`proven again in ${HOME}, ${RECOVERY}`);
    expect(said).toContain('no rule keeps it: the next run of holdfast-expire puts it back into the bin');
    expect(await statesOf(world, id)).toEqual(['sealed', 'proven', 'proven']);
    expect((await world.catalog.point(id))?.discardAfter).toBeUndefined();
  });

  it('after a hold brings it back for good', async () => {
    const { world, id } = await withBin();
    const placed = await typed(
      hold,
      [id, '--name', 'audit', '--why', 'tax'],
      shell(config, () => world.catalog, EXPIRED_AT),
    );
    expect(placed.said).toContain(`"holdfast undelete ${id}" brings it back`);
    expect((await type(world, id)).said).toContain('kept for legal-hold:audit');
    await expired(world, later(EXPIRED_AT, days(8)));
    await emptied(world, HOME, later(EXPIRED_AT, days(8)));
    expect(await statesOf(world, id)).toEqual(['sealed', 'proven', 'proven']);
  });

  it('leaves what a region has discarded, and names it', async () => {
    const { world, id } = await withBin();
    await world.catalog.advanceCopy(id, RECOVERY, 'discarded');
    const { code, said } = await type(world, id);
    expect(code).toBe(0);
    expect(said).toContain(`its copy in ${RECOVERY}: discarded already; it stays discarded`);
    expect(await statesOf(world, id)).toEqual(['sealed', 'proven', 'discarded']);
  });

  it('is refused too near to the end of the grace, and writes nothing then', async () => {
    const { world, id } = await withBin();
    const before = world.catalog.dump();
    const { code, complained } = await type(world, id, later(ENDS, minutes(-10)));
    expect(code).toBe(1);
    expect(complained).toContain(`GraceEnded: the grace of ${id} in ${HOME} ends at`);
    expect(world.catalog.dump()).toBe(before);
  });

  it('is refused for a point that is not in the bin, and for one that is not there', async () => {
    const { world, id } = await withBin();
    await type(world, id);
    expect(await type(world, id)).toMatchObject({ code: 1 });
    expect((await type(world, id)).complained).toContain('NotInBin');
    expect((await type(world, 'orders-hourly-20200101t000000z')).complained).toContain(
      'UnknownRecoveryPoint',
    );
  });
});

it('a copy that had failed is failed again once its grace ends, and nobody is alarmed', async () => {
  const { world, id } = await withBin();
  const third = 'eu-north-1';
  await world.catalog.openCopy({ id, cluster: 'orders', region: third, state: 'copying', startedAt: START });
  await world.catalog.advanceCopy(id, third, 'failed');
  await world.catalog.advanceCopy(id, third, 'expiring', { discardAfter: ENDS });
  await type(world, id);
  world.events.length = 0;
  await emptied(world, third, later(ENDS, hours(1)));
  expect((await world.catalog.copy(id, third))?.state).toBe('failed');
  expect(world.names()).toEqual([]);
});

describe('an undelete that dies half-way', () => {
  it.each([HOME, RECOVERY])('before the copy in %s is finished by that region’s next run', async (region) => {
    const { world, id } = await withBin();
    await typed(
      hold,
      [id, '--name', 'audit', '--why', 'tax'],
      shell(config, () => world.catalog, EXPIRED_AT),
    );
    expect(await type(world, id, undefined, () => dyingAt(world, region))).toMatchObject({ code: 1 });
    expect(await statesOf(world, id)).toContain('expiring');
    for (const each of [HOME, RECOVERY]) await emptied(world, each, later(ENDS, hours(1)));
    expect(await statesOf(world, id)).toEqual(['sealed', 'proven', 'proven']);
    expect(world.driver.discarded.map(({ point }) => point.id)).not.toContain(id);
  });

  it('is finished by the same command once more', async () => {
    const { world, id } = await withBin();
    await type(world, id, undefined, () => dyingAt(world, RECOVERY));
    expect(await statesOf(world, id)).toEqual(['sealed', 'proven', 'expiring']);
    expect((await type(world, id)).said).toContain(`proven again in ${RECOVERY}`);
    expect(await statesOf(world, id)).toEqual(['sealed', 'proven', 'proven']);
  });
});

it('each record is written in the region that owns it', async () => {
  const { world, id } = await withBin();
  const written: string[] = [];
  const replica = (region: string): Catalog =>
    Object.assign(Object.create(world.catalog), {
      point: world.catalog.point.bind(world.catalog),
      points: world.catalog.points.bind(world.catalog),
      holds: world.catalog.holds.bind(world.catalog),
      copy: world.catalog.copy.bind(world.catalog),
      advance: async (...args: Parameters<Catalog['advance']>) => {
        written.push(`point in ${region}`);
        return world.catalog.advance(...args);
      },
      advanceCopy: async (...args: Parameters<Catalog['advanceCopy']>) => {
        written.push(`copy of ${args[1]} in ${region}`);
        return world.catalog.advanceCopy(...args);
      },
    });
  expect(await type(world, id, undefined, replica)).toMatchObject({ code: 0 });
  expect(written).toEqual([
    `point in ${HOME}`,
    `copy of ${HOME} in ${HOME}`,
    `copy of ${RECOVERY} in ${RECOVERY}`,
  ]);
});
