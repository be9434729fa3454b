import { describe, expect, test } from 'vitest';
import { checkObjectives, refusalOf } from '../../../../core/objectives/check.ts';
import { worstLoss } from '../../../../core/objectives/loss.ts';
import type { Installation, Plan } from '../../../../core/plan/installation.ts';
import { hours, instant, minutes, parseInstant, speak } from '../../../../core/time/instant.ts';
import { installed } from '../plan/installed.ts';

const NOW = parseInstant('2026-11-20T12:00Z')!;

const gold = installed().plans[0]!;
const [hourly, daily] = gold.rules as [Plan['rules'][0], Plan['rules'][0]];

const lossOf = (plan: Partial<Plan>): string | undefined => {
  const loss = worstLoss({ ...gold, ...plan }, { engine: 'objects' }, NOW);
  return loss && speak(loss.total);
};

/** Both clusters of the example on one plan. */
const withPlan = (plan: Partial<Plan>): Installation => ({
  ...installed(),
  plans: [{ ...gold, ...plan }],
  clusters: installed().clusters.map((cluster) => ({ ...cluster, plan: gold.name })),
});

describe('the worst loss', () => {
  test('is the longest gap, the flexible window, the deadline and the way to the other region', () => {
    // 1 h + 5 min + 30 min + 45 min
    expect(lossOf({ rules: [hourly] })).toBe('2 h 20 min');
  });

  test('leaves the way to the other region out when the region survives', () => {
    const objectives = { ...gold.objectives, survives: 'cluster' } as const;
    expect(lossOf({ rules: [hourly], objectives })).toBe('1 h 35 min');
  });

  test('counts the hour that is repeated when the clocks go back', () => {
    expect(lossOf({ rules: [hourly], timeZone: 'Europe/Berlin' })).toBe('3 h 20 min');
  });

  test('counts the day whose run falls into the hour that is skipped', () => {
    // 47 h between the runs around it, for a clock that is an hour ahead by then.
    const rule = { ...daily, cron: '30 2 * * ? *', flexibleWindow: minutes(0), deadline: minutes(0) };
    const objectives = { ...gold.objectives, survives: 'cluster' } as const;
    expect(lossOf({ rules: [rule], timeZone: 'Europe/Berlin', objectives })).toBe('47 h');
  });

  test('counts the turn of another capture where captures of a cluster take turns', () => {
    // 2 h 20 min, and the 30 min that the daily capture may take while an hourly one waits.
    expect(lossOf({ rules: [hourly, daily] })).toBe('2 h 50 min');
    const slow = { ...daily, deadline: hours(4) };
    expect(lossOf({ rules: [hourly, slow] })).toBe('6 h 20 min');
  });

  test('is not made worse by a slow rule beside a fast one where captures run side by side', () => {
    const loss = (rules: Plan['rules']) => worstLoss({ ...gold, rules }, { engine: 'aurora' }, NOW)?.total;
    expect(loss([hourly, { ...daily, deadline: hours(4) }])).toBe(loss([hourly]));
  });

  test('sees the nights and weekends of working hours', () => {
    const office = { ...hourly, cron: '0 8-17 ? * MON-FRI *' };
    // Friday 17:00 to Monday 08:00 is 63 h, and 1 h 20 min until that run can be counted on.
    expect(lossOf({ rules: [office] })).toBe('2 d 16 h');
  });

  test('has no bound when a plan runs less than twice a year', () => {
    expect(lossOf({ rules: [{ ...daily, cron: '0 0 29 2 ? *' }] })).toBeUndefined();
    expect(lossOf({ rules: [{ ...daily, cron: '0 0 1 1 ? 2020' }] })).toBeUndefined();
  });

  test("counts recovery points alone, because an engine's own log is lost with its cluster", () => {
    const objectives = { ...gold.objectives, survives: 'cluster' } as const;
    expect(worstLoss({ ...gold, objectives }, { engine: 'aurora' }, NOW)?.total).toBe(hours(1) + minutes(35));
    expect(worstLoss(gold, { engine: 'aurora' }, NOW)?.total).toBe(hours(2) + minutes(20));
  });

  test('does not depend on the day that it is asked for', () => {
    const rules = [hourly, daily];
    const asked = Array.from({ length: 4 }, (_, n) => instant(Date.UTC(2026, 3 * n, 17, 3, 21)));
    const losses = asked.map((from) =>
      worstLoss({ ...gold, rules, timeZone: 'America/New_York' }, { engine: 'objects' }, from),
    );
    expect(new Set(losses.map((loss) => loss?.total)).size).toBe(1);
  });

  test('does not depend on the minute that it is asked for, also between a slow run and a fast one', () => {
    const asked = Array.from({ length: 4 }, (_, n) => instant(Date.UTC(2026, 10, 21, 2, 15 + 30 * n)));
    const losses = asked.map((from) =>
      worstLoss({ ...gold, rules: [hourly, daily] }, { engine: 'objects' }, from),
    );
    expect(new Set(losses.map((loss) => loss?.total))).toEqual(new Set([hours(2) + minutes(50)]));
  });
});

describe('the gate', () => {
  test('lets the example pass and shows its sums', () => {
    const checked = checkObjectives(installed(), NOW);
    expect(refusalOf(checked)).toBeUndefined();
    expect(checked[0]!.lines).toEqual([
      'documents (plan gold, objects; survives the loss of its region)',
      '  loss     1 h (longest gap, hourly of 2026-11-20T12:00Z to hourly of 2026-11-20T13:00Z) + 5 min (flexible window) + 30 min (turn of another capture) + 30 min (capture deadline) + 45 min (copy allowance) = 2 h 50 min, within rpo 3 h',
      '  restore  5 min (steps that every restore takes) + 42 min (500 GB at 200 MB/s) = 47 min, within rto 2 h',
    ]);
  });

  test('an objective that is met to the minute is met', () => {
    const objectives = { ...gold.objectives, rpo: (hours(2) + minutes(50)) as typeof gold.objectives.rpo };
    expect(refusalOf(checkObjectives(withPlan({ objectives }), NOW))).toBeUndefined();
  });

  test('refuses a plan that would lose more than it may, and says by how much and what to do', () => {
    const objectives = { ...gold.objectives, rpo: hours(2) };
    const refusal = refusalOf(checkObjectives(withPlan({ objectives }), NOW));
    expect(refusal?.name).toBe('ObjectivesNotMet');
    expect(refusal?.message).toMatch(/2 clusters cannot meet/);
    expect(refusal?.message).toMatch(/= 2 h 50 min, over rpo 2 h by 50 min: run more often/);
  });

  test('refuses a restore that would take longer than it may, for the cluster that is too large', () => {
    const objectives = { ...gold.objectives, rto: hours(1) };
    const refusal = refusalOf(checkObjectives(withPlan({ objectives }), NOW));
    expect(refusal?.message).toMatch(/one cluster cannot meet/);
    expect(refusal?.message).toMatch(/250 GB at 100 MB\/s\) = 1 h 12 min, over rto 1 h by 12 min/);
  });

  test('refuses rules that do not run', () => {
    const refusal = refusalOf(
      checkObjectives(withPlan({ rules: [{ ...daily, cron: '0 0 1 1 ? 2020' }] }), NOW),
    );
    expect(refusal?.message).toMatch(/without bound/);
  });
});
