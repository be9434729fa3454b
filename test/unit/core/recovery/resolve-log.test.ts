import { describe, expect, it } from 'vitest';
import type { CopyRecord } from '../../../../core/catalog/recovery-point.ts';
import { type RestoreSituation, resolveRestore } from '../../../../core/recovery/resolve.ts';
import { readWish } from '../../../../core/recovery/wish.ts';
import { type Instant, iso } from '../../../../core/time/instant.ts';
import { chainOf, clock, full } from '../log/chains.ts';

const copyAt = (time: string, state: CopyRecord['state'] = 'proven'): CopyRecord => {
  const { id, takenAt } = full(time);
  return {
    id,
    cluster: 'orders',
    region: 'eu-west-1',
    state,
    startedAt: takenAt,
    takenAt,
    provenAt: takenAt,
  };
};

/** Log A from 02:00 to 06:00, then a hole, then B from 08:00 on; it is 12:05. */
const chains = [chainOf('02:00', '06:00', { state: 'broken' }), chainOf('08:00', '12:00')];
const copies = ['01:00', '03:00', '05:00', '07:00', '09:00', '11:00'].map((time) => copyAt(time));

function ask(to: string | Instant, more: Partial<RestoreSituation> = {}): string {
  const wish = readWish(typeof to === 'string' ? to : iso(to));
  if (wish instanceof Error) return `${wish.name}: ${wish.message}`;
  const situation = { cluster: 'orders', region: 'eu-west-1', copies, chains, now: clock('12:05'), ...more };
  const answer = resolveRestore(wish, situation);
  if (answer.outcome === 'refused') return `${answer.refusal.name}: ${answer.refusal.message}`;
  const { recoveryPointId, instant, log, earlierBySeconds, nativePointInTime } = answer.resolution;
  expect([earlierBySeconds, nativePointInTime]).toEqual([0, false]);
  return `${iso(instant).slice(11)} from ${recoveryPointId.slice(-7, -3)}${log ? ` by ${log.chain.slice(-7, -3)}` : ''}`;
}

describe('with a log', () => {
  it('an instant is restored to the millisecond, from the newest full at or before it', () => {
    expect(ask('2026-11-21T04:59:59.123Z')).toBe('04:59:59.123Z from 0300 by 0200');
    expect(ask(clock('06:00'))).toBe('06:00:00Z from 0500 by 0200');
    expect(ask(clock('10:00'))).toBe('10:00:00Z from 0900 by 0800');
  });

  it('an incremental carries no log: the full before it does', () => {
    const fulls = new Set([full('09:00').id]);
    expect(ask(clock('11:30'), { fulls })).toBe('11:30:00Z from 0900 by 0800');
  });

  it('a copy that is not proven carries nothing', () => {
    const unproven = copies.map((copy) =>
      copy.takenAt === clock('11:00') ? copyAt('11:00', 'copied') : copy,
    );
    expect(ask(clock('11:30'), { copies: unproven })).toBe('11:30:00Z from 0900 by 0800');
  });

  it('the instant of a point is the point itself, in a window, in a hole and before every log', () => {
    expect(['01:00', '03:00', '07:00'].map((time) => ask(clock(time)))).toEqual([
      '01:00:00Z from 0100',
      '03:00:00Z from 0300',
      '07:00:00Z from 0700',
    ]);
  });

  it('an instant in a hole is refused with every window and the points on both sides', () => {
    expect(ask(clock('07:30'))).toBe(
      'WindowNotCovered: restorable windows of orders in eu-west-1 by log: ' +
        '2026-11-21T03:00:00Z to 2026-11-21T06:00:00Z (log 20261121t020000z, broken); ' +
        '2026-11-21T09:00:00Z to 2026-11-21T12:00:00Z (log 20261121t080000z); asked for 2026-11-21T07:30:00Z. ' +
        'Ask for an instant within one, for a recovery point by its id ' +
        '(orders-hourly-20261121t070000z restores 2026-11-21T07:00:00Z, 30 min earlier; ' +
        'orders-hourly-20261121t090000z restores 2026-11-21T09:00:00Z, 1 h 30 min later), ' +
        'or for "latest", which is 2026-11-21T12:00:00Z',
    );
  });

  it.each([
    ['02:30', 'asked for 2026-11-21T02:30:00Z. Ask'],
    ['00:30', 'asked for 2026-11-21T00:30:00Z. Ask'],
    ['12:01', 'which is after all of them'],
    ['13:00', 'which is in the future'],
  ])('%s is refused and not rounded', (time, says) => {
    const answer = ask(clock(time));
    expect(answer).toContain('WindowNotCovered');
    expect(answer).toContain(says);
  });

  it('a log without a full in it says so', () => {
    expect(ask(clock('10:00'), { fulls: new Set([full('01:00').id]) })).toContain(
      'by log: none, because no full lies in a log',
    );
  });

  it('"latest" is the end of the newest window', () => {
    expect(ask('latest')).toBe('12:00:00Z from 1100 by 0800');
  });

  it('"latest" is the newest point where no log reaches beyond it', () => {
    expect(ask('latest', { chains: chains.slice(0, 1) })).toBe('11:00:00Z from 1100');
    expect(ask('latest', { chains: [chainOf('08:00', '11:00')] })).toBe('11:00:00Z from 1100');
  });

  it('nothing proven is nothing to restore, whatever the log covers', () => {
    expect(ask('latest', { copies: [] })).toContain('NothingToRestore');
  });

  it('a point by its id needs no log', () => {
    expect(ask(full('07:00').id)).toBe('07:00:00Z from 0700');
  });
});

it('a cluster without a log, or whose logs are all gone, is answered as ever', () => {
  const wish = { kind: 'instant', at: clock('07:30') } as const;
  const situation = { cluster: 'orders', region: 'eu-west-1', copies, now: clock('12:05') };
  const without = resolveRestore(wish, situation);
  expect(without).toMatchObject({
    resolution: { recoveryPointId: full('07:00').id, earlierBySeconds: 1_800 },
  });
  expect(resolveRestore(wish, { ...situation, chains: [] })).toEqual(without);
  // So is one whose logs have all ended and are all truncated.
  const gone = chainOf('02:00', '02:00', { state: 'stopped' });
  expect(resolveRestore(wish, { ...situation, chains: [gone] })).toEqual(without);
  const begun = { ...gone, state: 'running' as const };
  expect(resolveRestore(wish, { ...situation, chains: [begun] })).toMatchObject({ outcome: 'refused' });
});
