import { beforeEach, describe, expect, test } from 'vitest';
import type { RecoveryPointId } from '../../../core/ids/names.ts';
import { indexKey, shardKey } from '../../../core/manifest/layout.ts';
import { days, later } from '../../../core/time/instant.ts';
import { BYTES_PER_REQUEST } from '../../../core/verify/budget.ts';
import { conclude } from '../../../lambdas/verify/conclude-scrub/conclude.ts';
import { fail } from '../../../lambdas/verify/fail-scrub/fail.ts';
import { mend } from '../../../lambdas/verify/mend-rot/mend.ts';
import { LAPS } from '../../../lambdas/verify/scrub-vault/scrub.ts';
import type { MemoryShelf } from '../../support/memory-shelf.ts';
import { HOME, RECOVERY, type TaskWorld } from '../../support/task-world.ts';
import { line, MORNING, VerifyWorld } from '../../support/verify-world.ts';

const GIB = 1_024 ** 3;
const P1 = 'orders-hourly-20261120t120000z';
const P2 = 'orders-hourly-20261120t130000z';

let v: VerifyWorld;
let world: TaskWorld;
let shelf: MemoryShelf;

beforeEach(async () => {
  v = new VerifyWorld();
  ({ world, shelf } = v);
  // P1: a b | P2: a b* c
  await v.protect(0, line('a', P1), line('b', P1));
  await v.protect(1, line('a', P1), line('b', P2), line('c', P2));
});

const item = (key: string, since: RecoveryPointId): string => shelf.key({ key, since });

describe('a scrub that finds everything as it should be', () => {
  test('reads each manifest, and each item once, and says so in one sentence', async () => {
    const reads: string[] = [];
    shelf.onRead = (key) => void reads.push(key);
    await v.verify(HOME);
    const items = [item('a', P1), item('b', P1), item('b', P2), item('c', P2)];
    for (const key of items)
      expect(
        reads.filter((read) => read === key),
        key,
      ).toHaveLength(1);
    for (const id of [P1, P2]) expect(reads).toContain(shardKey('orders', id, 0));
    expect(world.names()).toEqual(['ScrubFinished']);
    expect(world.events[0]?.sentence).toBe(
      `${HOME}: 2 manifests and 4 items read, 47 bytes; 0 found rotten, 0 mended`,
    );
  });

  test('says of a database that its snapshots show no bytes', async () => {
    shelf.engine = 'aurora';
    const { items, manifests } = await v.verify(HOME);
    expect([manifests, items]).toEqual([2, 0]);
    expect(world.events[0]?.sentence).toContain('2 are of database snapshots, which show no bytes to read');
  });
});

describe('what rotted', () => {
  test.each([HOME, RECOVERY])(
    'in %s is told, copied from its twin, read again, and told as mended',
    async (region) => {
      const keys = [indexKey('orders', P1), shardKey('orders', P2, 0), item('a', P1), item('c', P2)];
      v.spoil(region, ...keys);
      shelf.gone.add(`${region} ${item('b', P2)}`);
      const { found, mended } = await v.verify(region);
      expect([...v.told('RotFound')].sort()).toEqual([...keys, item('b', P2)].sort());
      expect([...v.told('RotMended')].sort()).toEqual([...keys, item('b', P2)].sort());
      expect([found, mended, shelf.rotten.size, shelf.gone.size]).toEqual([5, 5, 0, 0]);
      expect(await v.openIn(region)).toEqual([]);
    },
  );

  test('does not count as mended before it was read again', async () => {
    v.spoil(HOME, item('a', P1));
    const first = await v.lap(HOME);
    await mend({ scrub: first }, v.ports(HOME), MORNING);
    expect(v.told('RotMended')).toEqual([]);
    // What was copied is no better: no other region has a twin.
    v.spoil(HOME, item('a', P1));
    const second = await v.lap(HOME, { scrub: first });
    expect([second.outcome, second.mended]).toEqual(['mend', 0]);
    await mend({ scrub: second }, v.ports(HOME), MORNING);
    expect(await v.openIn(HOME)).toMatchObject([{ state: 'beyond', tried: [RECOVERY] }]);
  });

  test('is taken down once although a lap is repeated, and stays so when the run breaks off', async () => {
    const key = shardKey('orders', P1, 0);
    v.spoil(HOME, key);
    await v.lap(HOME);
    await v.lap(HOME);
    expect(await v.openIn(HOME)).toHaveLength(1);
    await v.verify(HOME, later(MORNING, days(1)));
    expect(v.told('RotMended')).toEqual([key]);
  });

  test('of a point that is discarded while it is read is no rot', async () => {
    shelf.gone.add(`${HOME} ${item('a', P1)}`);
    const leaving = { discardAfter: MORNING };
    shelf.onRead = (key) => {
      if (key === item('a', P1)) void world.catalog.advanceCopy(P1, HOME, 'expiring', leaving);
    };
    const { found } = await v.verify(HOME);
    expect([found, v.told('RotFound')]).toEqual([0, []]);
  });

  test('and was discarded before its twin was copied is left alone', async () => {
    shelf.gone.add(`${HOME} ${item('a', P1)}`);
    const first = await v.lap(HOME);
    await world.catalog.advanceCopy(P1, HOME, 'expiring', { discardAfter: MORNING });
    await mend({ scrub: first }, v.ports(HOME), MORNING);
    expect(shelf.gone.size).toBe(1);
    expect(await v.openIn(HOME)).toEqual([]);
  });

  test('in the manifest of a copy that was set aside is mended too, and its items are not', async () => {
    await world.catalog.advanceCopy(P2, HOME, 'quarantined', {
      reason: { name: 'ManifestAltered', message: '' },
    });
    v.spoil(HOME, shardKey('orders', P2, 0), item('c', P2));
    const reads: string[] = [];
    shelf.onRead = (key) => void reads.push(key);
    await v.verify(HOME);
    expect(reads).not.toContain(item('c', P2));
    expect(v.told('RotMended')).toEqual([shardKey('orders', P2, 0)]);
    expect(await v.copyIn(HOME, P2)).toBe('quarantined');
  });
});

describe('a twin that cannot be asked for', () => {
  test('waits: nothing is set aside, and the next day mends it', async () => {
    v.spoil(HOME, item('a', P1));
    shelf.dark.add(RECOVERY);
    await v.verify(HOME);
    expect(await v.openIn(HOME)).toMatchObject([{ state: 'waits' }]);
    expect(await v.copyIn(HOME, P1)).toBe('proven');
    expect(world.events.map(({ sentence }) => sentence).join()).toContain('so the next run tries again');
    shelf.dark.clear();
    await v.verify(HOME, later(MORNING, days(1)));
    expect([await v.openIn(HOME), v.told('RotMended')]).toEqual([[], [item('a', P1)]]);
  });
});

describe('what has no sound twin', () => {
  test('takes with it every copy that names it, and no other: at home the primary sets them aside', async () => {
    const P3 = await v.protect(2, line('d', 'orders-hourly-20261120t140000z'));
    v.spoil(HOME, item('a', P1));
    v.spoil(RECOVERY, item('a', P1));
    await v.verify(HOME);
    expect(await Promise.all([P1, P2, P3].map((id) => v.copyIn(HOME, id)))).toEqual([
      'quarantined',
      'quarantined',
      'proven',
    ]);
    expect(v.told('RecoveryPointQuarantined')).toEqual([P1, P2]);
  });

  test('in a recovery region is told there, and set aside by the primary', async () => {
    for (const region of [HOME, RECOVERY]) v.spoil(region, indexKey('orders', P1));
    await v.verify(RECOVERY);
    expect(await v.copyIn(RECOVERY, P1)).toBe('proven');
    expect(world.events.map(({ sentence }) => sentence).join()).toContain(
      `no region holds a sound twin; the run in ${HOME} sets the copy aside`,
    );
    await v.verify(HOME);
    expect(await v.copyIn(RECOVERY, P1)).toBe('quarantined');
    expect(await v.copyIn(HOME, P1)).toBe('quarantined');
  });

  test('is not set aside on the word of a scrub of last week', async () => {
    for (const region of [HOME, RECOVERY]) v.spoil(region, indexKey('orders', P1));
    await v.verify(RECOVERY);
    shelf.rotten.clear();
    await v.verify(HOME, later(MORNING, days(7)));
    expect(await v.copyIn(RECOVERY, P1)).toBe('proven');
  });

  test('leaves every copy where it is when too many would go at once', async () => {
    for (let nth = 2; nth < 7; nth++) await v.protect(nth, line('a', P1));
    for (const region of [HOME, RECOVERY]) v.spoil(region, item('a', P1));
    await v.verify(HOME);
    expect((await world.catalog.copies('orders', HOME)).every(({ state }) => state === 'proven')).toBe(true);
    expect(world.names()).not.toContain('RecoveryPointQuarantined');
    expect(world.events.map(({ sentence }) => sentence).join()).toContain(
      '7 of 7 proven copies do, so none is set aside before a person has looked',
    );
  });

  test('is told again when the last step is repeated, and nothing else happens twice', async () => {
    for (const region of [HOME, RECOVERY]) v.spoil(region, indexKey('orders', P1));
    const scrubbed = await v.verify(HOME);
    const before = world.catalog.dump();
    await conclude({ scrub: scrubbed }, v.ports(HOME), MORNING);
    expect(world.catalog.dump()).toBe(before);
    expect(v.told('RecoveryPointQuarantined')).toEqual([P1, P1]);
  });
});

describe('a budget', () => {
  test('ends the day, and the next one goes on from there until everything was read', async () => {
    const reads = new Map<string, number>();
    shelf.onRead = (key) => void (key.includes('/data/') && reads.set(key, (reads.get(key) ?? 0) + 1));
    v.limits = { day: 12 * BYTES_PER_REQUEST, lap: 3 * BYTES_PER_REQUEST };
    for (let day = 0; day < 6; day++) {
      const { spent } = await v.verify(HOME, later(MORNING, days(day)));
      // A batch of items, or of shards, is read to its end.
      expect(spent).toBeLessThan(v.limits.day + 16 * BYTES_PER_REQUEST);
    }
    expect(reads.size).toBe(4);
  });

  test('goes to manifests first, and by half at most', async () => {
    v.limits = { day: 7 * BYTES_PER_REQUEST, lap: 7 * BYTES_PER_REQUEST };
    v.spoil(HOME, shardKey('orders', P1, 0), item('a', P1));
    const { allManifests } = await v.lap(HOME);
    expect(allManifests).toBe(false);
    expect(v.told('RotFound')).toEqual([shardKey('orders', P1, 0)]);
  });

  test('is spread over laps for an object that is larger than one, which is read from end to end', async () => {
    await v.protect(2, line('large', 'orders-hourly-20261120t140000z', 10 * GIB));
    const key = item('large', 'orders-hourly-20261120t140000z');
    v.limits = { day: 100 * GIB, lap: 3 * GIB };
    v.spoil(HOME, key);
    const { lap: laps } = await v.verify(HOME);
    expect(laps).toBeGreaterThan(6);
    expect([v.told('RotFound'), v.told('RotMended')]).toEqual([[key], [key]]);
  });

  test('of laps ends a run that finds no end', async () => {
    await v.protect(2, line('endless', 'orders-hourly-20261120t140000z', 1_000_000 * GIB));
    v.limits = { day: 1_000_000 * GIB, lap: GIB };
    expect((await v.verify(HOME)).lap).toBe(LAPS);
    expect(world.events.at(-1)?.sentence).toContain('the next run goes on from here');
  });
});

test('a scrub that breaks off says why, and that nothing is lost by it', async () => {
  await fail(
    { error: { Error: 'KeyNotUsable', Cause: '{"errorMessage":"disabled"}' } },
    world.ports(RECOVERY),
  );
  expect(world.events).toMatchObject([
    { name: 'ScrubFailed', region: RECOVERY, reason: { name: 'KeyNotUsable', message: 'disabled' } },
  ]);
});
