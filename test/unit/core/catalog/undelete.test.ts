import { describe, expect, it } from 'vitest';
import type { CopyRecord, RecoveryPoint } from '../../../../core/catalog/recovery-point.ts';
import { type BinSituation, planUndelete, UNDELETE_MARGIN } from '../../../../core/catalog/undelete.ts';
import { earlier, later, seconds } from '../../../../core/time/instant.ts';
import { at, hold, point } from '../retention/timeline.ts';

const NOW = at('2026-11-21T12:00:00Z');
const ENDS = at('2026-11-23T12:00:00Z');
const binned = point('2026-11-01T00:00:00Z', { state: 'expiring', discardAfter: ENDS });
const newer = point('2026-11-21T00:00:00Z');

const copy = (region: string, more: Partial<CopyRecord> = {}): CopyRecord => ({
  id: binned.id,
  cluster: 'orders',
  region,
  state: 'expiring',
  startedAt: binned.openedAt,
  provenAt: binned.openedAt,
  discardAfter: ENDS,
  ...more,
});
const situation = (more: Partial<BinSituation> = {}): BinSituation => ({
  point: binned,
  copies: [copy('home'), copy('away')],
  holds: [],
  points: [newer, binned],
  ...more,
});
const never = (region: string): CopyRecord => {
  const { provenAt: _never, ...rest } = copy(region);
  return rest;
};

function refusal(given: Partial<BinSituation>, now = NOW): string {
  const answer = planUndelete(situation(given), now);
  return answer.outcome === 'refused' ? `${answer.refusal.name}: ${answer.refusal.message}` : answer.outcome;
}

describe('a recovery point in the bin', () => {
  it('comes back with every copy whose grace lasts', () => {
    expect(planUndelete(situation(), NOW)).toEqual({ outcome: 'back', regions: ['home', 'away'], left: [] });
  });

  it('comes back without what is discarded, was never proven or ends too soon, and names each', () => {
    const soon = copy('soon', { discardAfter: later(NOW, seconds(30)) });
    const copies = [copy('home'), copy('away', { state: 'discarded' }), never('third'), soon];
    expect(planUndelete(situation({ copies }), NOW)).toEqual({
      outcome: 'back',
      regions: ['home'],
      left: [
        { region: 'away', why: 'discarded already; it stays discarded' },
        { region: 'third', why: 'was never proven; there is nothing to bring back' },
        { region: 'soon', why: 'its grace ends too soon (2026-11-21T12:00:30Z); it stays in the bin' },
      ],
    });
  });

  it('stays there from a margin before the end of its grace on', () => {
    const last = earlier(ENDS, UNDELETE_MARGIN);
    expect(refusal({}, earlier(last, seconds(1)))).toBe('back');
    expect(refusal({}, last)).toContain(
      `GraceEnded: the grace of ${binned.id} in home ends at 2026-11-23T12:00:00Z, in 15 min`,
    );
    expect(refusal({}, later(ENDS, seconds(1)))).toContain('ended at 2026-11-23T12:00:00Z');
  });

  it('comes back after its grace under a hold that was placed in it, because nothing held is discarded', () => {
    const late = later(ENDS, seconds(86_400));
    expect(refusal({ holds: [hold('litigation-7')] }, late)).toBe('back');
    expect(refusal({ holds: [hold('litigation-7', binned.id)] }, late)).toBe('back');
    expect(refusal({ holds: [hold('litigation-7', newer.id)] }, late)).toContain('GraceEnded');
    const placedLate = { ...hold('litigation-7'), placedAt: earlier(ENDS, seconds(1)) };
    expect(refusal({ holds: [placedLate] }, late)).toContain('GraceEnded');
  });

  it('stays there when none of its copies was ever proven', () => {
    expect(refusal({ copies: [never('home')] })).toContain('RecoveryPointNotRestorable');
    expect(refusal({ copies: [copy('home', { state: 'discarded' })] })).toContain(
      'RecoveryPointNotRestorable',
    );
  });
});

describe('what is not in the bin', () => {
  it.each(['capturing', 'sealed', 'failed', 'quarantined'] as const)('is refused: %s', (state) => {
    const copies = [copy('home', { state: 'proven' })];
    expect(refusal({ point: { ...binned, state }, copies })).toContain(
      `NotInBin: ${binned.id} is ${state} and not in the bin`,
    );
  });

  it('is refused by its own name when it is discarded', () => {
    expect(refusal({ point: { ...binned, state: 'discarded' } })).toContain('RecoveryPointDiscarded');
  });
});

it('an undelete that stopped half-way is finished by the next', () => {
  const half = situation({
    point: { ...binned, state: 'sealed' },
    copies: [copy('home', { state: 'proven' }), copy('away')],
  });
  expect(planUndelete(half, NOW)).toEqual({ outcome: 'back', regions: ['away'], left: [] });
});

describe('beside a capture under way', () => {
  const running = (base: RecoveryPoint): RecoveryPoint =>
    point('2026-11-21T11:30:00Z', { state: 'capturing', base: base.id });

  it('comes back when a newer sealed point is what the capture goes on from', () => {
    expect(refusal({ points: [running(newer), newer, binned] })).toBe('back');
  });

  it('waits when it would become the newest behind the capture’s back', () => {
    const older = point('2026-10-01T00:00:00Z');
    expect(refusal({ points: [running(older), binned, older] })).toContain(
      'EngineBusy: orders-hourly-20261121t113000z is being captured',
    );
    expect(refusal({ points: [running(binned), binned] })).toBe('back');
  });
});
