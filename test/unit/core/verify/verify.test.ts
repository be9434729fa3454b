import { describe, expect, it } from 'vitest';
import type { CopyRecord } from '../../../../core/catalog/recovery-point.ts';
import { days, instant, later } from '../../../../core/time/instant.ts';
import { Budget, BYTES_PER_REQUEST } from '../../../../core/verify/budget.ts';
import { atCluster, atPoint, behind, isAhead } from '../../../../core/verify/cursor.ts';
import {
  inOrderOfState,
  keepsManifest,
  type Rot,
  stillMatters,
  tryAgain,
} from '../../../../core/verify/rot.ts';
import { maySetAside, spoiltBy } from '../../../../core/verify/set-aside.ts';

const NOW = instant(Date.UTC(2026, 10, 21, 7, 40));
const copy = (more: Partial<CopyRecord> = {}): CopyRecord => ({
  id: 'files-daily-20261120t033000z',
  cluster: 'files',
  region: 'eu-west-1',
  state: 'proven',
  startedAt: NOW,
  provenAt: NOW,
  takenAt: NOW,
  ...more,
});
const rot = (more: Partial<Rot> = {}): Rot => ({
  kind: 'item',
  cluster: 'files',
  recoveryPoint: copy().id,
  key: 'files/x/data/a',
  bytes: 1,
  expected: 'crc64nvme:x',
  state: 'rotten',
  reason: { name: 'ChecksumMismatch', message: 'differs' },
  tried: [],
  points: [],
  ...more,
});

describe('a budget', () => {
  it('charges a small read as much as its request costs, and a large one by its bytes', () => {
    const budget = new Budget(10 * BYTES_PER_REQUEST);
    budget.charge(3);
    expect(budget.left).toBe(9 * BYTES_PER_REQUEST);
    budget.charge(8 * BYTES_PER_REQUEST);
    expect([budget.left, budget.spent, budget.isUsedUp]).toEqual([
      BYTES_PER_REQUEST,
      9 * BYTES_PER_REQUEST,
      false,
    ]);
    budget.charge(2 * BYTES_PER_REQUEST);
    expect([budget.left, budget.isUsedUp]).toEqual([0, true]);
  });
});

describe('a walk', () => {
  const older = copy({ id: 'files-daily-20261119t033000z', takenAt: instant(NOW - days(1)) });
  const sameInstant = copy({ id: 'files-hourly-20261120t033000z' });

  it('looks at points by the state that they hold, two of one instant by their ids', () => {
    expect(inOrderOfState([sameInstant, copy(), older]).map(({ id }) => id)).toEqual([
      older.id,
      copy().id,
      sameInstant.id,
    ]);
  });

  it('goes on at its point, or at the next one when that is gone, and never twice at one that it has passed', () => {
    expect([older, copy(), sameInstant].map((each) => isAhead(atCluster('files'), each))).toEqual([
      true,
      true,
      true,
    ]);
    expect([older, copy(), sameInstant].map((each) => isAhead(atPoint(copy()), each))).toEqual([
      false,
      true,
      true,
    ]);
    expect([older, copy(), sameInstant].map((each) => isAhead(behind(copy()), each))).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('what was found wrong', () => {
  const leaving = copy({ state: 'expiring', discardAfter: NOW });
  const inTheBin = copy({ state: 'expiring', discardAfter: later(NOW, days(1)) });
  const setAside = copy({ state: 'quarantined' });

  it.each<readonly [string, CopyRecord | undefined, { item: boolean; file: boolean; missing: boolean }]>([
    ['is a proven copy’s', copy(), { item: true, file: true, missing: true }],
    ['lies in the bin', inTheBin, { item: true, file: true, missing: true }],
    ['is just being discarded', leaving, { item: true, file: true, missing: false }],
    ['was set aside', setAside, { item: false, file: true, missing: false }],
    [
      'was set aside before it was proven',
      { ...setAside, provenAt: undefined! },
      { item: false, file: false, missing: false },
    ],
    ['is being copied', copy({ state: 'copying' }), { item: false, file: false, missing: false }],
    ['has no record any more', undefined, { item: false, file: false, missing: false }],
  ])('matters or not, when it %s', (_, record, { item, file, missing }) => {
    expect(stillMatters('item', false, record, NOW)).toBe(item);
    expect(stillMatters('shard', false, record, NOW)).toBe(file);
    expect(stillMatters('index', true, record, NOW)).toBe(missing);
    expect(stillMatters('item', true, record, NOW)).toBe(missing && item);
  });

  it('is looked for in every manifest that something is compared with', () => {
    expect([copy(), inTheBin, leaving, setAside, copy({ state: 'failed' })].map(keepsManifest)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it('has new chances with a new run, unless a twin was copied and only has to be read', () => {
    const waits = rot({ state: 'waits', tried: ['a'] });
    expect(tryAgain(waits)).toMatchObject({ state: 'rotten', tried: [] });
    expect(tryAgain(rot({ state: 'beyond', points: ['p'] }))).toMatchObject({ state: 'rotten', points: [] });
    const copied = rot({ state: 'copied', tried: ['a'] });
    expect(tryAgain(copied)).toBe(copied);
  });
});

describe('copies that hold something beyond mending', () => {
  it('are named once each, and only for what has no sound twin', () => {
    const beyond = rot({ state: 'beyond', points: ['p1', 'p2'] });
    const another = rot({ state: 'beyond', points: ['p2', 'p3'] });
    const spoilt = spoiltBy('eu-west-1', [beyond, another, rot({ state: 'waits', points: ['p4'] })]);
    expect(spoilt.map(({ recoveryPoint }) => recoveryPoint)).toEqual(['p1', 'p2', 'p3']);
  });

  it('are set aside when they are five, or a fifth of the proven ones, and not when they are more', () => {
    expect([maySetAside(5, 5), maySetAside(6, 5), maySetAside(20, 100), maySetAside(21, 100)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
