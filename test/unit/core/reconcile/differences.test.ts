import { describe, expect, test } from 'vitest';
import type { CopyRecord, RecoveryPoint } from '../../../../core/catalog/recovery-point.ts';
import type { StoredSnapshot } from '../../../../core/ports/stock.ts';
import { missingBytes } from '../../../../core/reconcile/bytes.ts';
import { missingCopies, tryAgainAt } from '../../../../core/reconcile/copies.ts';
import { whyUnclaimed } from '../../../../core/reconcile/snapshots.ts';
import { comparedWith, keepersOf } from '../../../../core/reconcile/standing.ts';
import { iso } from '../../../../core/time/instant.ts';
import { HOME, RECOVERY, time } from '../../../support/task-world.ts';

const NOW = time('2026-11-21T10:40:00Z');
const sealedAt = time('2026-11-20T04:00:00Z');
const ID = 'orders-daily-20261120t030000z';

const point = (id = ID, change: Partial<RecoveryPoint> = {}): RecoveryPoint => ({
  id,
  cluster: 'orders',
  engine: 'objects',
  plan: 'gold',
  rule: 'daily',
  region: HOME,
  state: 'sealed',
  scheduledAt: time('2026-11-20T03:00:00Z'),
  openedAt: time('2026-11-20T03:00:00Z'),
  takenAt: time('2026-11-20T03:00:00Z'),
  sealedAt,
  execution: 'execution-1',
  ...change,
});
const copy = (state: CopyRecord['state'], change: Partial<CopyRecord> = {}): CopyRecord => ({
  id: ID,
  cluster: 'orders',
  region: RECOVERY,
  state,
  startedAt: time('2026-11-20T04:10:00Z'),
  ...(state === 'proven' && { provenAt: time('2026-11-20T04:30:00Z') }),
  ...change,
});

const look = (copies: readonly CopyRecord[], points = [point()], now = NOW) =>
  missingCopies(
    {
      cluster: 'orders',
      region: RECOVERY,
      points,
      provenAtHome: new Set([ID]),
      copies: new Map(copies.map((one) => [one.id, one])),
    },
    now,
  );

describe('a copy that is missing', () => {
  test('is started again under a name of its own, with why it failed', () => {
    const reason = { name: 'Throttled', message: 'slow down' };
    expect(look([copy('failed', { reason })])).toMatchObject([
      { class: 'copy-missing', region: RECOVERY, reason, fix: { kind: 'copy' } },
    ]);
    const [difference] = look([copy('failed')]);
    expect(difference?.fix).toEqual({
      kind: 'copy',
      execution: `${ID}-to-${RECOVERY}-${Math.floor(NOW / 3_600_000).toString(36)}`,
    });
  });

  test('waits longer each time, and says until when', () => {
    const tried = [];
    let startedAt = time('2026-11-20T04:10:00Z');
    for (let day = 0; day < 40; day++) {
      const run = (NOW + day * 86_400_000) as typeof NOW;
      const [difference] = look([copy('failed', { startedAt })], [point()], run);
      if (difference?.fix.kind !== 'copy') {
        expect(difference?.fix).toEqual({ kind: 'nobody' });
        expect(difference?.reason.message).toContain(iso(tryAgainAt(point(), copy('failed', { startedAt }))));
        continue;
      }
      tried.push(day);
      startedAt = run;
    }
    expect(tried).toEqual([0, 1, 3, 6, 10, 16, 23, 30, 37]);
  });

  test('of a point in the bin, or set aside at home, is not made', () => {
    expect(look([copy('failed')], [point(ID, { state: 'expiring' })])).toEqual([]);
    expect(look([copy('failed')], [point('orders-daily-20261119t030000z')])).toEqual([]);
  });

  test('that was set aside for another reason than lost bytes waits for a person', () => {
    const lost = { name: 'ManifestIncomplete', message: 'gone' };
    expect(look([copy('quarantined', { reason: lost })])).toHaveLength(1);
    expect(look([copy('quarantined', { reason: { name: 'RootMismatch', message: 'other' } })])).toEqual([]);
  });
});

describe('bytes that are missing', () => {
  const of = { proven: 10, home: () => HOME, sealed: () => true };

  test('are made anew away from home and only set aside at home', () => {
    const away = { copy: copy('proven'), missing: 'snapshot' as const };
    const home = { copy: copy('proven', { region: HOME }), missing: 'index' as const };
    const [one, other] = missingBytes([away, home], of, NOW);
    expect(one).toMatchObject({ reason: { name: 'ResourceMissing' }, fix: { kind: 'set-aside' } });
    expect(one?.fix).toHaveProperty('execution');
    expect(other?.fix).toEqual({ kind: 'set-aside' });
  });

  test('of many at once set nothing aside before a person has looked', () => {
    const gaps = Array.from({ length: 6 }, () => ({ copy: copy('proven'), missing: 'index' as const }));
    expect(missingBytes(gaps.slice(1), of, NOW).map(({ fix }) => fix.kind)).toEqual(
      Array(5).fill('set-aside'),
    );
    const many = missingBytes(gaps, of, NOW);
    expect(many.map(({ fix }) => fix.kind)).toEqual(Array(6).fill('nobody'));
    expect(many[0]?.reason.message).toContain('6 of 10 proven copies are gone at once');
  });
});

describe('a snapshot with our tags', () => {
  const snapshot = (status: StoredSnapshot['status']): StoredSnapshot => ({
    name: `holdfast-${ID}`,
    cluster: 'orders',
    recoveryPoint: ID,
    status,
    scheduledAt: time('2026-11-20T03:00:00Z'),
  });
  const why = (...about: [RecoveryPoint?, CopyRecord?]) =>
    whyUnclaimed(snapshot('available'), about[0], about[1], false, NOW)?.message;

  test('is nobody’s once its capture failed or its copy is discarded', () => {
    expect(why(point(ID, { state: 'failed' }))).toBe('its capture failed');
    expect(why(point(ID, { state: 'discarded' }), copy('discarded'))).toBe('its copy is discarded');
    expect(why()).toContain('in the catalog');
  });

  test('is somebody’s while a copy lives, is tried again, or lies in the bin', () => {
    for (const state of ['copying', 'copied', 'proven', 'expiring', 'quarantined', 'failed'] as const)
      expect(why(point(), copy(state)), state).toBeUndefined();
    expect(why(point(ID, { state: 'capturing' }))).toBeUndefined();
  });

  test('stays for a day, and for as long as a whole manifest names it', () => {
    const soon = time('2026-11-21T02:59:59Z');
    expect(whyUnclaimed(snapshot('pending'), undefined, undefined, false, soon)).toBeUndefined();
    expect(whyUnclaimed(snapshot('available'), undefined, undefined, true, NOW)).toBeUndefined();
  });

  test('that failed goes at once when a copy is to be tried over it', () => {
    const startedAt = time('2026-11-21T10:39:00Z');
    const failed = copy('failed', { startedAt });
    expect(whyUnclaimed(snapshot('failed'), point(), failed, false, NOW)?.message).toContain('in the way');
  });
});

describe('the folder of a point', () => {
  const at = (n: number, change: Partial<RecoveryPoint> = {}) => {
    const day = String(n).padStart(2, '0');
    const taken = time(`2026-11-${day}T03:00:00Z`);
    return point(`orders-daily-202611${day}t030000z`, { scheduledAt: taken, takenAt: taken, ...change });
  };
  const proven = ({ id }: RecoveryPoint) => copy('proven', { id });
  const ended = at(10, { state: 'discarded' });

  test('that ended is compared with the next one that is kept', () => {
    const [a, b] = [at(12), at(13)];
    expect(keepersOf(ended.id, ended, { points: [b, a], copies: [proven(a), proven(b)] })).toEqual([a.id]);
  });

  test('waits while a copy before that is under way, or may begin', () => {
    const [a, b] = [at(12), at(13)];
    const moving = { points: [a, b], copies: [copy('copying', { id: a.id }), proven(b)] };
    expect(keepersOf(ended.id, ended, moving)).toBeUndefined();
    expect(keepersOf(ended.id, ended, { points: [a, b], copies: [proven(b)] })).toBeUndefined();
  });

  test('without a record is compared with all that may lie around it', () => {
    const all = [8, 9, 11, 13].map((n) => at(n));
    const hood = { points: all, copies: all.map(proven) };
    const id = 'orders-daily-20261110t030000z';
    expect(keepersOf(id, undefined, hood)).toEqual(all.map((one) => one.id));
    expect(comparedWith(id, undefined, undefined, hood, time('2026-11-11T02:59:59Z'))).toBeUndefined();
  });

  test('that is kept is compared with its own manifest for some days after its proof', () => {
    const mine = proven(point());
    const when = (text: string) => comparedWith(ID, point(), mine, { points: [], copies: [] }, time(text));
    expect(when('2026-11-21T04:29:59Z')).toBeUndefined();
    expect(when('2026-11-21T04:30:00Z')).toEqual([ID]);
    expect(when('2026-11-24T04:30:00Z')).toBeUndefined();
  });
});
