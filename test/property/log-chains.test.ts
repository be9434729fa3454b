import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advanced, type ChainChange, type LogChain, newChain } from '../../core/log/chain.ts';
import { beginsAfter, truncationOf } from '../../core/log/truncate.ts';
import { logBaseOf, logWindows } from '../../core/log/windows.ts';
import { resolveRestore } from '../../core/recovery/resolve.ts';
import type { ProvenPoint } from '../../core/recovery/restorable.ts';
import { type Instant, instant } from '../../core/time/instant.ts';
import { NOW } from './arbitraries.ts';

/** Small numbers, so that beginnings, ends and fulls meet at the same instant often. */
const tick = fc.integer({ min: 0, max: 60 }).map((n) => instant(n * 1_000));
const mark = (at: Instant) => ({ at, mark: String(at) });

const chain: fc.Arbitrary<LogChain> = fc
  .record({
    ends: fc.tuple(tick, tick),
    state: fc.constantFrom<LogChain['state']>('running', 'paused', 'broken', 'stopped'),
  })
  .map(({ ends, state }) => {
    const [from, to] = ends.sort((a, b) => a - b) as [Instant, Instant];
    const name = { cluster: 'orders', region: 'eu-west-1', chain: `chain-${from}-${to}` };
    return { ...newChain(name, mark(from), from), checkpoint: to, checkpointMark: String(to), state };
  });
const chains = fc.array(chain, { maxLength: 4 });
const fulls: fc.Arbitrary<ProvenPoint[]> = fc
  .uniqueArray(tick, { maxLength: 10 })
  .map((times) => times.map((takenAt) => ({ id: `full-${takenAt}`, takenAt })));

describe('an instant', () => {
  it('restores by log exactly when some chain leads to it from a full, without a hole between them', () => {
    fc.assert(
      fc.property(chains, fulls, tick, (all, bases, at) => {
        const led = all.some((c) =>
          bases.some(({ takenAt }) => c.from <= takenAt && takenAt <= at && at <= c.checkpoint),
        );
        expect(logBaseOf(logWindows(all, bases), at) !== undefined).toBe(led);
      }),
    );
  });

  it('restores from the newest full that can lead to it', () => {
    fc.assert(
      fc.property(chains, fulls, tick, (all, bases, at) => {
        const base = logBaseOf(logWindows(all, bases), at);
        if (!base) return;
        const { full, chain: by } = base;
        expect(by.from <= full.takenAt && full.takenAt <= at && at <= by.checkpoint).toBe(true);
        const better = bases.filter(({ takenAt }) => takenAt > full.takenAt && takenAt <= at);
        for (const { takenAt } of better)
          expect(all.some((c) => c.from <= takenAt && at <= c.checkpoint)).toBe(false);
      }),
    );
  });

  it('resolves exactly when it is a point’s own or a window’s, and never to another instant', () => {
    fc.assert(
      fc.property(fc.array(chain, { minLength: 1, maxLength: 4 }), fulls, tick, (all, bases, at) => {
        // With nothing to restore, or with logs that are all gone, other rules hold.
        fc.pre(bases.length > 0 && all.some((c) => c.state === 'running' || c.from < c.checkpoint));
        const answer = resolveRestore(
          { kind: 'instant', at },
          {
            cluster: 'orders',
            region: 'eu-west-1',
            copies: bases.map(({ id, takenAt }) => ({
              id,
              takenAt,
              provenAt: takenAt,
              startedAt: takenAt,
              cluster: 'orders',
              region: 'eu-west-1',
              state: 'proven' as const,
            })),
            chains: all,
            now: NOW,
          },
        );
        const covered =
          bases.some(({ takenAt }) => takenAt === at) || logBaseOf(logWindows(all, bases), at) !== undefined;
        expect(answer.outcome).toBe(covered ? 'resolved' : 'refused');
        if (answer.outcome === 'resolved') expect(answer.resolution.instant).toBe(at);
      }),
    );
  });

  it('is not lost when a chain covers more or another full is proven', () => {
    fc.assert(
      fc.property(chains, fulls, tick, tick, (all, bases, at, more) => {
        const before = logBaseOf(logWindows(all, bases), at) !== undefined;
        const longer = all.map((c) => ({ ...c, checkpoint: instant(Math.max(c.checkpoint, more)) }));
        const fuller = [...bases, { id: 'another', takenAt: more }];
        const after = logBaseOf(logWindows(longer, fuller), at) !== undefined;
        expect(!before || after).toBe(true);
      }),
    );
  });
});

describe('a truncation', () => {
  const situation = fc.record({ chain, fulls, at: tick });
  const truncated = (c: LogChain, kept: readonly ProvenPoint[]): LogChain => {
    const next = advanced(c, { from: mark(beginsAfter(c, truncationOf(c, kept))) }, NOW);
    if (next instanceof Error) throw next;
    return next;
  };

  it('takes no instant away that restored from a full that is kept', () => {
    fc.assert(
      fc.property(situation, ({ chain: c, fulls: kept, at }) => {
        const before = logBaseOf(logWindows([c], kept), at)?.full;
        expect(logBaseOf(logWindows([truncated(c, kept)], kept), at)?.full).toEqual(before);
      }),
    );
  });

  it('leaves nothing before the oldest full in it, and has nothing more to do when it comes twice', () => {
    fc.assert(
      fc.property(situation, ({ chain: c, fulls: kept }) => {
        const once = truncated(c, kept);
        const [window] = logWindows([once], kept);
        if (window) expect(once.from).toBe(window.earliest);
        expect(truncated(once, kept)).toBe(once);
      }),
    );
  });

  it('never goes further for knowing one full more, unless that one ends the wait of a log that has ended', () => {
    fc.assert(
      fc.property(situation, tick, ({ chain: c, fulls: kept }, takenAt) => {
        const more = [...kept, { id: 'another', takenAt }];
        if (truncationOf(c, kept).kind === 'nothing') return;
        expect(truncated(c, more).from).toBeLessThanOrEqual(truncated(c, kept).from);
      }),
    );
  });
});

describe('the record of a chain', () => {
  const change: fc.Arbitrary<ChainChange> = fc.record({
    state: fc.option(fc.constantFrom<LogChain['state']>('running', 'paused', 'broken', 'stopped'), {
      nil: undefined,
    }),
    checkpoint: fc.option(tick.map(mark), { nil: undefined }),
    from: fc.option(tick.map(mark), { nil: undefined }),
  });

  it('never goes back, whatever comes in whatever order, and every change changes once', () => {
    fc.assert(
      fc.property(chain, fc.array(change, { maxLength: 8 }), (start, changes) => {
        let now = start;
        for (const each of changes) {
          let next: LogChain | Error;
          try {
            next = advanced(now, each, NOW);
          } catch {
            continue;
          }
          if (next instanceof Error) continue;
          expect(next.from).toBeGreaterThanOrEqual(now.from);
          expect(next.checkpoint).toBeGreaterThanOrEqual(now.checkpoint);
          expect(next.from).toBeLessThanOrEqual(next.checkpoint);
          if (now.state === 'broken' || now.state === 'stopped') expect(next.state).toBe(now.state);
          expect(advanced(next, each, NOW)).toBe(next);
          now = next;
        }
      }),
    );
  });
});
