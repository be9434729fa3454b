import { beforeEach, describe, expect, it } from 'vitest';
import type { CopyRecord } from '../../core/catalog/recovery-point.ts';
import { newChain } from '../../core/log/chain.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import type { Groups } from '../../core/ports/groups.ts';
import { hours, later, minutes } from '../../core/time/instant.ts';
import { AWAY, catalogWorld, HOME } from './catalog-backends.ts';
import { aPoint, at, CONTENT, proven, sealed, THREE } from './catalog-records.ts';

const FOUR = later(THREE, hours(1));
const OFF = { name: 'FencedOff' };
const mark = (instant: typeof THREE) => ({ at: instant, mark: String(instant) });
const CHAIN = { cluster: 'orders', region: HOME, chain: '20261101t000000z' };

describe('the fence of a grouped cluster', () => {
  let home: Catalog;
  let away: Catalog;
  let free: Catalog;
  let groups: Groups;

  beforeEach(() => {
    const world = catalogWorld();
    const seenFrom = (region: string) =>
      world.fenced(async (cluster) =>
        cluster === 'orders' ? { group: 'web', home: HOME, region } : undefined,
      );
    home = seenFrom(HOME);
    away = seenFrom(AWAY);
    ({ groups, catalog: free } = world);
  });

  const takeOver = () =>
    groups.raise({ group: 'web', number: 2, active: AWAY, since: FOUR, move: 'failover-web-1' });
  const comeHome = () =>
    groups.raise({
      group: 'web',
      number: 3,
      active: HOME,
      since: later(FOUR, hours(9)),
      move: 'failback-web-1',
    });
  const copyOf = (id: string, region = AWAY): CopyRecord => ({
    ...{ id, cluster: 'orders', region, state: 'copying', startedAt: FOUR },
  });

  it('lets home do its work in the first epoch, which has no record', async () => {
    const id = await sealed(home, THREE);
    await proven(home, THREE);
    expect(await home.point(id)).toMatchObject({ state: 'sealed', epoch: 1 });
    expect(await home.copy(id, AWAY)).toMatchObject({ state: 'proven', epoch: 1 });
    expect(await home.newestSealed('orders')).toMatchObject({ id });
  });

  it('leaves a cluster of no group as it is', async () => {
    await takeOver();
    const id = await sealed(home, THREE, { cluster: 'billing' });
    expect(await home.point(id)).not.toHaveProperty('epoch');
  });

  it('refuses what home opens once another side is the true one, and says which', async () => {
    await takeOver();
    await expect(home.open(aPoint(FOUR))).rejects.toMatchObject({
      ...OFF,
      message: expect.stringContaining(
        `group web is active in ${AWAY}, since 2026-11-21T04:00:00Z, in epoch 2`,
      ),
    });
    expect(await free.point(aPoint(FOUR).id)).toBeUndefined();
  });

  it('refuses every step of a capture that began before, and lets it fail', async () => {
    const steps = ['captured', 'verified', 'sealed'] as const;
    for (const [n, step] of steps.entries()) {
      const { point } = await free.open(aPoint(later(THREE, minutes(n))));
      for (const before of steps.slice(0, n)) await free.advance(point.id, before, { content: CONTENT });
      const was = await free.point(point.id);
      if (n === 0) await takeOver();
      await expect(home.advance(point.id, step)).rejects.toMatchObject(OFF);
      expect(await free.point(point.id)).toEqual(was);
    }
    const [first] = await free.points('orders', later(THREE, minutes(2)));
    const reason = { name: 'FencedOff', message: 'another side is active' };
    expect(await home.advance(first!.id, 'quarantined', { reason })).toMatchObject({
      state: 'quarantined',
      reason,
    });
  });

  it('tells a retry what it did before the other side took over', async () => {
    const id = await sealed(home, THREE);
    await takeOver();
    expect(await home.advance(id, 'sealed', { sealedAt: FOUR })).toMatchObject({
      sealedAt: later(THREE, minutes(5)),
    });
  });

  it('refuses the rest of a copy that began before, and lets it fail and be set aside', async () => {
    const id = await sealed(home, THREE);
    await home.openCopy(copyOf(id));
    await takeOver();
    await expect(home.advanceCopy(id, AWAY, 'copied')).rejects.toMatchObject(OFF);
    await home.advanceCopy(id, AWAY, 'failed');
    await expect(home.advanceCopy(id, AWAY, 'copying', { startedAt: FOUR })).rejects.toMatchObject(OFF);
    expect(await home.copy(id, AWAY)).toMatchObject({ state: 'failed' });
  });

  it('lets the side that took over do its own work, under its number', async () => {
    await takeOver();
    const id = await sealed(away, FOUR, { region: AWAY, rule: 'hourlydr' });
    await away.openCopy(copyOf(id, HOME));
    expect(await away.point(id)).toMatchObject({ state: 'sealed', epoch: 2 });
    expect(await away.copy(id, HOME)).toMatchObject({ epoch: 2 });
    await comeHome();
    await expect(away.advanceCopy(id, HOME, 'copied')).rejects.toMatchObject(OFF);
    await expect(away.open(aPoint(at('21T16:00:00'), { region: AWAY }))).rejects.toMatchObject(OFF);
  });

  it('refuses, at home again, what began there before it was left', async () => {
    const { point } = await home.open(aPoint(THREE));
    await takeOver();
    await comeHome();
    await expect(home.advance(point.id, 'captured')).rejects.toMatchObject({
      ...OFF,
      message: expect.stringContaining('under epoch 1'),
    });
    expect(await sealed(home, later(FOUR, hours(10)))).toBeDefined();
  });

  it('begins a copy anew under the number of now', async () => {
    const id = await sealed(home, THREE);
    await home.openCopy(copyOf(id));
    await takeOver();
    await comeHome();
    await home.advanceCopy(id, AWAY, 'failed');
    await home.advanceCopy(id, AWAY, 'copying', { startedAt: later(FOUR, hours(10)) });
    expect(await home.advanceCopy(id, AWAY, 'copied')).toMatchObject({ state: 'copied', epoch: 3 });
  });

  it('lets nothing expire or be discarded while the active side is elsewhere, and brings back what is in the bin', async () => {
    const id = await sealed(home, THREE);
    await proven(home, THREE);
    await home.advance(id, 'expiring', { discardAfter: FOUR });
    await home.advanceCopy(id, AWAY, 'expiring', { discardAfter: FOUR });
    const other = await sealed(home, later(THREE, minutes(30)));
    await takeOver();
    await expect(home.advance(other, 'expiring', { discardAfter: FOUR })).rejects.toMatchObject(OFF);
    await expect(away.advanceCopy(id, AWAY, 'discarded')).rejects.toMatchObject(OFF);
    await expect(home.advance(id, 'discarded')).rejects.toMatchObject(OFF);
    expect(await home.advance(id, 'sealed')).toMatchObject({ state: 'sealed' });
    expect(await home.advanceCopy(id, AWAY, 'proven')).toMatchObject({ state: 'proven' });
  });

  it('lets regions empty their bins while home is active', async () => {
    const id = await sealed(home, THREE);
    await proven(home, THREE);
    await home.advance(id, 'expiring', { discardAfter: FOUR });
    await home.advanceCopy(id, AWAY, 'expiring', { discardAfter: FOUR });
    await away.advanceCopy(id, AWAY, 'discarded');
    expect(await home.advance(id, 'discarded')).toMatchObject({ state: 'discarded' });
  });

  it('lets a log grow on both sides while its number is the one of now, and end at any time', async () => {
    const { chain } = await home.openChain(newChain(CHAIN, mark(THREE), THREE));
    const { epoch, ...unsaid } = chain;
    expect(epoch ?? 1).toBe(1);
    const there = { ...CHAIN, region: AWAY };
    await away.openChain({ ...unsaid, ...there });
    const minute = (n: number) => later(THREE, minutes(n));
    for (const [catalog, name] of [
      [home, CHAIN],
      [away, there],
    ] as const)
      await catalog.advanceChain(name, { checkpoint: mark(minute(5)) }, minute(6));
    await takeOver();
    for (const [catalog, name] of [
      [home, CHAIN],
      [away, there],
    ] as const) {
      await expect(catalog.advanceChain(name, { checkpoint: mark(minute(9)) }, FOUR)).rejects.toMatchObject(
        OFF,
      );
      await expect(catalog.advanceChain(name, { from: mark(minute(4)) }, FOUR)).rejects.toMatchObject(OFF);
      const reason = { name: 'FencedOff', message: 'another side is active' };
      await catalog.advanceChain(name, { state: 'stopped', reason }, FOUR);
      expect(await free.chain(name)).toMatchObject({ state: 'stopped', checkpoint: minute(5) });
    }
    const next = { ...CHAIN, chain: '20261121t040000z' };
    await expect(home.openChain(newChain(next, mark(FOUR), FOUR))).rejects.toMatchObject(OFF);
    const turned = { ...next, region: AWAY };
    await away.openChain(newChain(turned, mark(FOUR), FOUR));
    expect(await free.chain(turned)).toMatchObject({ epoch: 2 });
  });

  it('finds nothing newest that the wrong side captured in the dark, and gives it out by its id', async () => {
    const true1 = await sealed(home, THREE);
    await proven(home, THREE);
    await takeOver();
    const dark = later(FOUR, minutes(30));
    const stray = await sealed(free, dark);
    await proven(free, dark);
    expect(await free.newestSealed('orders')).toMatchObject({ id: stray });
    expect(await home.newestSealed('orders')).toMatchObject({ id: true1 });
    expect(await away.newestProven('orders', AWAY)).toMatchObject({ id: true1 });
    expect(await away.newestProven('orders', AWAY, later(dark, minutes(1)))).toMatchObject({ id: true1 });
    const turned = await sealed(away, later(dark, hours(1)), { region: AWAY, rule: 'hourlydr' });
    await comeHome();
    expect(await home.newestSealed('orders')).toMatchObject({ id: turned });
    expect(await home.point(stray)).toMatchObject({ state: 'sealed' });
  });
});
