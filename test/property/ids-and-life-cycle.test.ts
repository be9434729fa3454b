import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COPY_LIFE, copyMayFollow, mayFollow, POINT_LIFE } from '../../core/catalog/life-cycle.ts';
import type { CopyState, PointState } from '../../core/catalog/recovery-point.ts';
import {
  CLUSTER_NAME_MAX,
  looksLikeRecoveryPointId,
  NAME,
  RULE_NAME_MAX,
  recoveryPointId,
  scheduledAtOf,
} from '../../core/ids/names.ts';
import { instant, iso, parseInstant } from '../../core/time/instant.ts';

const name = (longest: number) =>
  fc
    .stringMatching(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
    .filter((text) => text.length <= longest && NAME.test(text));
const second = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) / 1_000 }).map((s) => instant(s * 1_000));

describe('ids and instants', () => {
  it('carry the second that they were made from, whatever the names', () => {
    fc.assert(
      fc.property(name(CLUSTER_NAME_MAX), name(RULE_NAME_MAX), second, (cluster, rule, at) => {
        const id = recoveryPointId(cluster, rule, at);
        expect(scheduledAtOf(id)).toBe(at);
        expect(looksLikeRecoveryPointId(id)).toBe(true);
        expect(id.length).toBeLessThanOrEqual(63 - 'holdfast-'.length);
      }),
    );
  });

  it('sort by time as text does, for one cluster and rule', () => {
    fc.assert(
      fc.property(second, second, (a, b) => {
        const [x, y] = [recoveryPointId('orders', 'hourly', a), recoveryPointId('orders', 'hourly', b)];
        expect(x < y).toBe(a < b);
      }),
    );
  });

  it('read back the instant that was printed, to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }), (ms) => {
        expect(parseInstant(iso(instant(ms)))).toBe(ms);
      }),
    );
  });
});

/** Anyone may ask for any move, in any order: what is allowed decides. */
function live<S extends string>(from: S, asked: readonly S[], may: (from: S, to: S) => boolean): S[] {
  const lived = [from];
  for (const to of asked) if (may(lived.at(-1)!, to)) lived.push(to);
  return lived;
}

describe('lives', () => {
  const points = fc.array(fc.constantFrom(...(Object.keys(POINT_LIFE) as PointState[])), { maxLength: 60 });
  const copies = fc.array(fc.constantFrom(...(Object.keys(COPY_LIFE) as CopyState[])), { maxLength: 60 });

  it('of points never leave the diagram: sealed only when verified, discarded only from the bin, ends stay ends', () => {
    fc.assert(
      fc.property(points, (asked) => {
        const lived = live<PointState>('capturing', asked, mayFollow);
        const sealed = lived.indexOf('sealed');
        if (sealed >= 0) expect(lived.slice(0, sealed)).toEqual(['capturing', 'captured', 'verified']);
        for (const [n, state] of lived.entries()) {
          if (state === 'discarded') expect(lived[n - 1]).toBe('expiring');
          if (['discarded', 'failed', 'quarantined'].includes(state)) expect(n).toBe(lived.length - 1);
        }
      }),
    );
  });

  // A failed copy goes through the bin too, so that what it left is removed. Whether one in the bin may come back is
  // not for the diagram to say: only a copy that was proven once has the instant of its proof (see restorable.ts).
  it('of copies never leave the diagram: proven only when copied or out of the bin, however often they failed', () => {
    fc.assert(
      fc.property(copies, (asked) => {
        const lived = live<CopyState>('copying', asked, copyMayFollow);
        for (const [n, state] of lived.entries()) {
          if (state === 'proven') expect(['copied', 'expiring']).toContain(lived[n - 1]);
          if (state === 'copied') expect(lived[n - 1]).toBe('copying');
          if (state === 'discarded') expect(lived[n - 1]).toBe('expiring');
          if (state === 'discarded') expect(n).toBe(lived.length - 1);
          // Set aside, it is made anew from the beginning or stays aside: it never counts again as it is.
          if (lived[n - 1] === 'quarantined') expect(state).toBe('copying');
        }
      }),
    );
  });
});
