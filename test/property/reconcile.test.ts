import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CopyRecord, CopyState, RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { recoveryPointId } from '../../core/ids/names.ts';
import { missingCopies, TRY_AGAIN_MAX, tryAgainAt } from '../../core/reconcile/copies.ts';
import { UNSTARTED_AFTER } from '../../core/reconcile/difference.ts';
import { holds, keepersOf, standingOf } from '../../core/reconcile/standing.ts';
import { type days, hours, type Instant, instant, later } from '../../core/time/instant.ts';

const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';
const START = Date.UTC(2026, 0, 1);
const NOW = instant(Date.UTC(2026, 10, 21, 10, 40));

const COPY_STATES: readonly CopyState[] = [
  'copying',
  'copied',
  'proven',
  'expiring',
  'discarded',
  'failed',
  'quarantined',
];
const POINT_STATES: readonly RecoveryPoint['state'][] = ['sealed', 'expiring', 'discarded', 'quarantined'];

/** One point of a lineage, with its copy in a region, and the items that were stored under it. */
interface Member {
  readonly point: RecoveryPoint;
  readonly copy: CopyRecord | undefined;
  /** For each item stored under this point, how many of the points after it name it too. */
  readonly runs: readonly number[];
}

const member = (n: number): fc.Arbitrary<Member> =>
  fc
    .record({
      state: fc.constantFrom(...POINT_STATES),
      copyState: fc.option(fc.constantFrom(...COPY_STATES), { nil: undefined }),
      proven: fc.boolean(),
      runs: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 4 }),
    })
    .map(({ state, copyState, proven, runs }) => {
      const at = instant(START + n * hours(1));
      const id = recoveryPointId('orders', 'hourly', at);
      const point: RecoveryPoint = {
        id,
        cluster: 'orders',
        engine: 'objects',
        plan: 'gold',
        rule: 'hourly',
        region: HOME,
        state,
        scheduledAt: at,
        openedAt: at,
        takenAt: at,
        sealedAt: later(at, hours(1)),
        execution: 'property',
      };
      const everProven = copyState === 'proven' || (copyState === 'expiring' && proven);
      const copy = copyState && {
        id,
        cluster: 'orders',
        region: AWAY,
        state: copyState,
        startedAt: later(at, hours(1)),
        ...(everProven && { provenAt: later(at, hours(2)) }),
      };
      return { point, copy, runs };
    });

const lineage: fc.Arbitrary<readonly Member[]> = fc
  .integer({ min: 1, max: 12 })
  .chain((length) => fc.tuple(...Array.from({ length }, (_, n) => member(n))));

const around = (members: readonly Member[]) => ({
  points: members.map(({ point }) => point).filter(({ state }) => state !== 'discarded'),
  copies: members.flatMap(({ copy }) => (copy && copy.state !== 'discarded' ? [copy] : [])),
});

describe('the folder of an ended point', () => {
  it('is compared with manifests that name whatever any living, running or possible copy names of it', () => {
    fc.assert(
      fc.property(lineage, (members) => {
        for (const [n, { point, copy, runs }] of members.entries()) {
          if (standingOf(point, copy) !== 'ended') continue;
          const keepers = keepersOf(point.id, point, around(members));
          if (!keepers) continue;
          for (const run of runs) {
            const naming = members.slice(n, n + run + 1);
            const needed = naming.some(({ point: other, copy: theirs }) =>
              theirs
                ? holds(theirs) || ['copying', 'copied'].includes(theirs.state) || mayBeTried(other, theirs)
                : other.state === 'sealed',
            );
            const named = naming.some(({ point: other }) => keepers.includes(other.id));
            if (needed) expect(named).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  const mayBeTried = (point: RecoveryPoint, { state }: CopyRecord): boolean =>
    point.state === 'sealed' && state === 'failed';

  it('is never that of a point which somebody could still copy, restore or bring back', () => {
    fc.assert(
      fc.property(lineage, (members) => {
        for (const { point, copy } of members) {
          const standing = standingOf(point, copy);
          if (point.state === 'sealed' && copy?.state !== 'discarded') expect(standing).not.toBe('ended');
          if (copy && (holds(copy) || copy.state === 'copying')) expect(standing).not.toBe('ended');
          if (copy?.state === 'quarantined') expect(standing).toBe('spoken-for');
        }
      }),
    );
  });
});

describe('missing copies', () => {
  const lookAt = (members: readonly Member[], now: Instant) =>
    missingCopies(
      {
        cluster: 'orders',
        region: AWAY,
        points: members.map(({ point }) => point),
        provenAtHome: new Set(members.map(({ point }) => point.id)),
        copies: new Map(
          members.flatMap(({ copy }) => (copy && copy.state !== 'discarded' ? [[copy.id, copy]] : [])),
        ),
      },
      now,
    );

  it('are of sealed points only that nobody is copying, each once', () => {
    fc.assert(
      fc.property(lineage, (members) => {
        const found = lookAt(members, NOW);
        const expected = members.filter(
          ({ point, copy }) =>
            point.state === 'sealed' && (!copy || copy.state === 'failed' || copy.state === 'discarded'),
        );
        expect(found.map(({ recoveryPoint }) => recoveryPoint).sort()).toEqual(
          expected.map(({ point }) => point.id).sort(),
        );
      }),
    );
  });

  it('are all tried again a week after the last try at the latest', () => {
    fc.assert(
      fc.property(lineage, fc.integer({ min: 0, max: 24 * 90 }), (members, waited) => {
        for (const { point, copy } of members) {
          if (copy?.state !== 'failed') continue;
          const tried = { ...copy, startedAt: later(copy.startedAt, hours(waited)) };
          expect(tryAgainAt(point, tried) - tried.startedAt).toBeLessThanOrEqual(TRY_AGAIN_MAX);
          expect(tryAgainAt(point, tried)).toBeGreaterThan(tried.startedAt);
        }
      }),
    );
  });

  it('are left to the machines that have just been started', () => {
    fc.assert(
      fc.property(lineage, (members) => {
        const [first] = members;
        const now = later(first!.point.sealedAt!, (UNSTARTED_AFTER - 1) as ReturnType<typeof days>);
        const never = members.map((one) => ({ ...one, copy: undefined }));
        expect(lookAt(never, now)).toEqual([]);
      }),
    );
  });
});
