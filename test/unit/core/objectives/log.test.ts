import { describe, expect, test } from 'vitest';
import { checkObjectives, refusalOf } from '../../../../core/objectives/check.ts';
import { worstLoss } from '../../../../core/objectives/loss.ts';
import type { EngineName, Plan, TidbCluster } from '../../../../core/plan/installation.ts';
import { hours, minutes, parseInstant } from '../../../../core/time/instant.ts';
import { LogWorld } from '../../../support/log-world.ts';

const NOW = parseInstant('2026-11-20T12:00Z')!;
const { installation } = new LogWorld();
const logged = installation.plans[0]!;

const loss = (plan: Partial<Plan> = {}, engine: EngineName = 'tidb') =>
  worstLoss({ ...logged, ...plan }, { engine, logFlush: minutes(5) }, NOW);
const survives = (what: 'cluster' | 'region') => ({ objectives: { ...logged.objectives, survives: what } });

describe('the worst loss of a cluster with a log', () => {
  test('is the flush and the way to the other region, whatever the rhythm of the rules', () => {
    expect(loss()).toEqual({
      by: 'log',
      terms: [
        { what: "steps of the log's checkpoint, logFlush of the cluster", length: minutes(5) },
        { what: 'event, queue and copy to the other region', length: minutes(1) },
      ],
      total: minutes(6),
    });
    const yearly = [{ ...logged.rules[0]!, cron: '0 3 1 1 ? *' }];
    expect(loss({ rules: yearly })?.total).toBe(minutes(6));
  });

  test('is the flush alone when only the cluster has to be survived: the log lies beside it', () => {
    expect(loss(survives('cluster'))?.total).toBe(minutes(5));
  });

  test.each([
    ['the plan asks for none', { logBackup: false }, 'tidb'],
    ['the engine has none', {}, 'aurora'],
    ['it has no other region to follow to', { copyTo: [] }, 'tidb'],
  ] as const)('is counted from recovery points when %s', (_, plan, engine) => {
    expect(loss(plan, engine)?.by).toBe('points');
  });

  test('has no log to count on while no full is ever taken', () => {
    const parts = logged.rules.map((rule) => ({ ...rule, kind: 'incremental' as const }));
    expect(loss({ rules: parts })?.by).toBe('points');
    expect(loss({ rules: [{ ...logged.rules[0]!, cron: '0 3 1 1 ? 2020' }] })).toBeUndefined();
  });
});

describe('the gate', () => {
  const within = (rpo: ReturnType<typeof minutes>) => {
    const plans = [{ ...logged, objectives: { ...logged.objectives, rpo } }];
    return checkObjectives({ ...installation, plans }, NOW);
  };

  test('shows the sum of a log with where its terms come from', () => {
    expect(refusalOf(within(minutes(6)))).toBeUndefined();
    expect(within(minutes(6))[0]!.lines[1]).toBe(
      "  loss     5 min (steps of the log's checkpoint, logFlush of the cluster) + 60 s (event, queue and copy to the other region) = 6 min while the log runs, within rpo 6 min",
    );
  });

  test('refuses an objective that no log meets, and does not say to run more often', () => {
    const refusal = refusalOf(within(minutes(5)));
    expect(refusal?.message).toContain(
      'over rpo 5 min by 60 s: no log promises less; have the engine flush it more often and lower logFlush, or set rpo to 6 min or more',
    );
    expect(refusal?.message).not.toContain('run more often');
  });
});

describe('the restore of a cluster with a log', () => {
  const shop = installation.clusters[0] as TidbCluster;
  const daily = { ...logged.rules[0]!, kind: 'full' as const, cron: '0 3 * * ? *' };
  /** 24 h between two fulls, 5 min flexible window, an hour's deadline, half an hour to the other region. */
  const plan: Plan = {
    ...logged,
    rules: [{ ...daily, flexibleWindow: minutes(5), deadline: hours(1) }],
    copyAllowance: minutes(30),
    objectives: { ...logged.objectives, rpo: hours(1), rto: hours(6) },
  };
  const lines = (cluster: Partial<TidbCluster>, more: Partial<Plan> = {}) => {
    const clusters = [{ ...shop, expectedBytes: 828e9, restoreBytesPerSecond: 230e6, ...cluster }];
    return checkObjectives({ ...installation, plans: [{ ...plan, ...more }], clusters }, NOW)[0]!;
  };

  test('replays what came since the newest full that can be used', () => {
    const { outage, met, lines: said } = lines({ logPerDay: 96e9 });
    expect(said[2]).toBe(
      '  restore  15 min (steps that every restore takes) + 1 h (828 GB at 230 MB/s) + ' +
        '1 h 8 min (the log of up to 25 h 35 min since the newest full, 102 GB at 25 MB/s) = 2 h 23 min, within rto 6 h',
    );
    expect([Math.round(outage / 60_000), met]).toEqual([143, true]);
  });

  test('is refused for its log alone, which fulls more often make shorter', () => {
    const slow = lines({ logPerDay: 960e9 });
    expect(slow.met).toBe(false);
    expect(refusalOf([slow])?.message).toContain('take full backups more often, split the cluster');
    const sixTimes = [{ ...plan.rules[0]!, cron: '0 0/4 * * ? *' }];
    expect(lines({ logPerDay: 960e9 }, { rules: sixTimes }).met).toBe(true);
  });

  test('goes by the rate that a drill has measured', () => {
    expect(lines({ logPerDay: 960e9, replayRate: 250e6 }).met).toBe(true);
  });

  test('says that the replay is not counted when nobody said how much the log grows', () => {
    const { met, lines: said } = lines({});
    expect(met).toBe(true);
    expect(said[3]).toBe(
      '           the replay of the log of up to 25 h 35 min since the newest full is not counted: give logPerDay of the cluster, how much the log grows in a day',
    );
    const once = [{ ...plan.rules[0]!, cron: '0 3 1 1 ? *' }];
    expect(lines({ logPerDay: 1 }, { rules: once }).lines[3]).toContain('the log to replay has no bound');
  });

  test('replays nothing when the plan asks for no log', () => {
    expect(lines({ logPerDay: 960e9 }, { logBackup: false }).lines).toHaveLength(3);
  });
});
