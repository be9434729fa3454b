import { describe, expect, it } from 'vitest';
import type { CopyRecord, CopyState } from '../../../../core/catalog/recovery-point.ts';
import { type RestoreSituation, resolveRestore } from '../../../../core/recovery/resolve.ts';
import { readWish } from '../../../../core/recovery/wish.ts';
import { iso } from '../../../../core/time/instant.ts';
import { at, point } from '../retention/timeline.ts';

const region = 'eu-west-1';
const copyOf = (when: string, state: CopyState = 'proven', more: Partial<CopyRecord> = {}): CopyRecord => {
  const { id, cluster } = point(when);
  const known = {
    ...(state !== 'copying' && { takenAt: at(when) }),
    ...(state === 'proven' && { provenAt: at(when) }),
  };
  return { id, cluster, region, state, startedAt: at(when), ...known, ...more };
};

/** 00:00 … 03:00, hourly, all proven; it is 03:40. */
const hourly = [0, 1, 2, 3].map((hour) => copyOf(`2026-11-21T0${hour}:00:00Z`));
const window = { earliest: at('2026-11-14T00:00:00Z'), latest: at('2026-11-21T03:36:00Z') };

const ask = (to: string, more: Partial<RestoreSituation> = {}): string => {
  const wish = readWish(to);
  if (wish instanceof Error) return `${wish.name}: ${wish.message}`;
  const answer = resolveRestore(wish, {
    cluster: 'orders',
    region,
    copies: hourly,
    now: at('2026-11-21T03:40:00Z'),
    ...more,
  });
  if (answer.outcome === 'refused') return `${answer.refusal.name}: ${answer.refusal.message}`;
  const { recoveryPointId, instant, nativePointInTime, earlierBySeconds } = answer.resolution;
  return `${iso(instant)} ${nativePointInTime ? 'natively with' : 'from'} ${recoveryPointId}, ${earlierBySeconds} s earlier`;
};

describe('"latest"', () => {
  it('is the newest proven point, in whatever order the copies are read', () => {
    const expected = '2026-11-21T03:00:00Z from orders-hourly-20261121t030000z, 0 s earlier';
    expect(ask('latest')).toBe(expected);
    expect(ask('latest', { copies: [...hourly].reverse() })).toBe(expected);
  });

  it('passes over copies that are not proven', () => {
    const copies = [...hourly.slice(0, 3), copyOf('2026-11-21T03:00:00Z', 'copied')];
    expect(ask('latest', { copies })).toBe(
      '2026-11-21T02:00:00Z from orders-hourly-20261121t020000z, 0 s earlier',
    );
  });

  it('passes over a copy that is called proven and was never compared', () => {
    const { provenAt: _, ...unproven } = copyOf('2026-11-21T03:00:00Z');
    expect(ask('latest', { copies: [...hourly.slice(0, 3), unproven] })).toContain(
      '2026-11-21T02:00:00Z from',
    );
  });

  it("is the end of the engine's own log where that is newer", () => {
    expect(ask('latest', { window })).toBe(
      '2026-11-21T03:36:00Z natively with orders-hourly-20261121t030000z, 0 s earlier',
    );
  });

  it("is the newest point where the engine's log ends before it", () => {
    const stale = { ...window, latest: at('2026-11-21T02:59:00Z') };
    expect(ask('latest', { window: stale })).toContain('2026-11-21T03:00:00Z from');
  });

  it('is refused when nothing is proven here, with what is under way', () => {
    expect(ask('latest', { copies: [copyOf('2026-11-21T03:00:00Z', 'copying')] })).toBe(
      'NothingToRestore: orders has no proven recovery point in eu-west-1; 1 copy is under way; wait for one',
    );
    expect(ask('latest', { copies: [] })).toContain('start holdfast-backup or holdfast-copy');
  });

  it("is refused when only the engine's log is there, since no point holds the settings", () => {
    expect(ask('latest', { copies: [], window })).toContain(
      "the engine's own log covers 2026-11-14T00:00:00Z to 2026-11-21T03:36:00Z, but no recovery point holds",
    );
  });
});

describe('an instant', () => {
  it('is restored from the newest proven point at or before it, and says how much earlier that is', () => {
    expect(ask('2026-11-21T02:20:00Z')).toBe(
      '2026-11-21T02:00:00Z from orders-hourly-20261121t020000z, 1200 s earlier',
    );
    expect(ask('2026-11-21T02:00:00Z')).toBe(
      '2026-11-21T02:00:00Z from orders-hourly-20261121t020000z, 0 s earlier',
    );
  });

  it("is restored to the second where the engine's log covers it", () => {
    expect(ask('2026-11-21T02:20:07.900Z', { window })).toBe(
      '2026-11-21T02:20:07Z natively with orders-hourly-20261121t030000z, 0 s earlier',
    );
    expect(ask('2026-11-21T03:36:00Z', { window })).toContain('2026-11-21T03:36:00Z natively');
  });

  it('is read in its own zone', () => {
    expect(ask('2026-11-21T03:20:00+01:00')).toContain('2026-11-21T02:00:00Z from');
  });

  it('before the oldest point is refused with the window', () => {
    expect(ask('2026-11-20T23:59:59Z')).toBe(
      'WindowNotCovered: restorable window of orders in eu-west-1 is 2026-11-21T00:00:00Z to 2026-11-21T03:00:00Z; ' +
        'asked for 2026-11-20T23:59:59Z, which is before the oldest recovery point here. ' +
        'Ask for an instant within it, or for "latest", which is 2026-11-21T03:00:00Z',
    );
  });

  it('after the end of the window is refused and not rounded', () => {
    expect(ask('2026-11-21T03:20:00Z')).toContain('WindowNotCovered');
    expect(ask('2026-11-21T03:36:01Z', { window })).toContain(
      'to 2026-11-21T03:00:00Z by recovery points and 2026-11-14T00:00:00Z to 2026-11-21T03:36:00Z to the second',
    );
  });

  it('in the future is called that', () => {
    expect(ask('2027-01-01T00:00:00Z')).toContain('which is in the future');
  });

  it("older than the engine's log is restored from a point", () => {
    const copies = [copyOf('2026-10-01T00:00:00Z'), copyOf('2026-10-02T00:00:00Z'), ...hourly];
    expect(ask('2026-10-01T12:00:00Z', { copies, window })).toContain('2026-10-01T00:00:00Z from');
  });

  it('between the points and a later window is refused: neither covers it', () => {
    const gap = { earliest: at('2026-11-21T03:30:00Z'), latest: at('2026-11-21T03:36:00Z') };
    expect(ask('2026-11-21T03:10:00Z', { window: gap })).toContain('WindowNotCovered');
  });
});

describe('a recovery point', () => {
  const wanted = point('2026-11-21T01:00:00Z');
  const others = hourly.filter(({ id }) => id !== wanted.id);

  it('is restored when its copy is proven here, also when it is not the newest', () => {
    expect(ask(wanted.id)).toBe('2026-11-21T01:00:00Z from orders-hourly-20261121t010000z, 0 s earlier');
  });

  it('that nobody knows is refused with the newest that is there', () => {
    expect(ask('orders-hourly-20251121t010000z')).toBe(
      'UnknownRecoveryPoint: orders has no recovery point orders-hourly-20251121t010000z; ' +
        'the newest proven recovery point in eu-west-1 is orders-hourly-20261121t030000z, of 2026-11-21T03:00:00Z',
    );
  });

  it('of another cluster is refused by its cluster', () => {
    const foreign = point('2026-11-21T01:00:00Z', { cluster: 'billing' });
    expect(ask(foreign.id, { point: foreign })).toContain(
      'UnknownRecoveryPoint: billing-hourly-20261121t010000z is a recovery point of billing, not of orders',
    );
  });

  it('that was discarded is refused as discarded', () => {
    const gone = { ...wanted, state: 'discarded' } as const;
    expect(ask(wanted.id, { copies: others, point: gone })).toContain('RecoveryPointDiscarded');
    const goneHere = [...others, copyOf('2026-11-21T01:00:00Z', 'discarded')];
    expect(ask(wanted.id, { copies: goneHere, point: wanted })).toContain('RecoveryPointDiscarded');
  });

  it('in the bin is refused with the end of its grace', () => {
    const binned = copyOf('2026-11-21T01:00:00Z', 'expiring', { discardAfter: at('2026-11-28T01:00:00Z') });
    expect(ask(wanted.id, { copies: [...others, binned], point: wanted })).toContain(
      `is in the bin until 2026-11-28T01:00:00Z: all of it is still there, and nothing restores from the bin; "holdfast undelete ${wanted.id}"`,
    );
  });

  it.each([
    ['copying', 'is still being copied to eu-west-1 (copying)'],
    ['copied', 'is still being copied to eu-west-1 (copied)'],
    ['quarantined', 'is quarantined in eu-west-1 (RootMismatch: roots differ)'],
    ['failed', 'is failed in eu-west-1 (RootMismatch: roots differ)'],
  ] as const)('whose copy is %s is refused with its state', (state, says) => {
    const reason = { name: 'RootMismatch', message: 'roots differ' };
    const copies = [...others, copyOf('2026-11-21T01:00:00Z', state, { reason })];
    expect(ask(wanted.id, { copies, point: wanted })).toContain(
      `RecoveryPointNotRestorable: ${wanted.id} ${says}`,
    );
  });

  it('that has no copy here is refused with its state in its own region', () => {
    expect(ask(wanted.id, { copies: others, point: wanted })).toContain(
      'is sealed and has no copy in eu-west-1',
    );
  });
});

describe('anything else', () => {
  it.each(['yesterday', '2026-11-21', '2026-11-21T03:00:00', '', 'Latest'])(
    '%j is refused with what "to" may be',
    (to) => {
      expect(ask(to)).toContain(`InvalidInput: "to" is ${JSON.stringify(to)}; give "latest"`);
    },
  );
});
