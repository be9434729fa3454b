import { describe, expect, test } from 'vitest';
import type { LogChain } from '../../../../core/log/chain.ts';
import { threeTwoOne } from '../../../../core/objectives/copies.ts';
import { type Label, protectionOf } from '../../../../core/objectives/label.ts';
import { openMetrics } from '../../../../core/objectives/open-metrics.ts';
import type { Situation } from '../../../../core/objectives/situation.ts';
import { days, earlier, hours, type Instant, later, minutes } from '../../../../core/time/instant.ts';
import {
  clusterOf,
  copyOf,
  drillOf,
  HERE,
  NOON,
  PLAN,
  pointAt,
  restoreOf,
  situationOf,
  THERE,
} from '../../../support/situations.ts';

const rule = (more: Partial<Situation> = {}) => threeTwoOne(situationOf(more), NOON);
const labelOf = (more: Partial<Situation> = {}): Label => protectionOf(situationOf(more), NOON).label;
const risks = (more: Partial<Situation> = {}) => labelOf(more).risks.map(({ name }) => name);
const LOCK = { mode: 'compliance', retain: days(14) } as const;

/** Proven in these regions, an hour old unless it is said. */
const provenIn = (regions: readonly string[], age = hours(1)): Partial<Situation> => {
  const point = pointAt(earlier(NOON, age));
  return {
    points: [point],
    regions: [HERE, THERE].map((region) => ({
      region,
      copies: regions.includes(region) ? [copyOf(point, region)] : [],
      chains: [],
    })),
  };
};

describe('3-2-1', () => {
  test('a database with snapshots in two regions has three copies, two media, one off site', () => {
    expect(rule()).toMatchObject({
      copies: { value: 3, holds: true },
      media: { value: 2, holds: true },
      offSite: { value: 1, holds: true },
      verified: { holds: true },
      missing: [],
    });
  });

  test('a bucket and two vaults are three copies on one medium', () => {
    expect(rule({ cluster: clusterOf('objects') })).toMatchObject({
      copies: { value: 3 },
      media: { value: 1, holds: false, why: 'S3' },
    });
  });

  test('files of a cluster on its own hosts lie on two media, and so do snapshots of its volumes', () => {
    const volumes = { volumes: { instances: { key: 'a', value: 'b' } } };
    expect(rule({ cluster: clusterOf('tidb') }).media.why).toBe("the cluster's own hosts, S3");
    expect(rule({ cluster: clusterOf('tidb', volumes) }).media.why).toBe(
      "the cluster's own hosts, EBS snapshots",
    );
  });

  test('what is not proven is no copy, and neither is what is a week beyond the objective', () => {
    expect(rule(provenIn([HERE]))).toMatchObject({
      copies: { value: 2, holds: false },
      offSite: { value: 0, holds: false },
      missing: [expect.stringContaining(`proven in ${THERE}`)],
    });
    expect(rule(provenIn([HERE, THERE], days(8))).copies.value).toBe(1);
    expect(rule(provenIn([HERE, THERE], days(6))).copies.value).toBe(3);
  });

  test('where the cluster runs now decides what is off site', () => {
    expect(rule({ ...provenIn([THERE]), active: THERE }).offSite.value).toBe(0);
    expect(rule({ ...provenIn([HERE]), active: THERE }).offSite.value).toBe(1);
  });

  test('nothing is missed of a cluster that is hardly protected yet', () => {
    expect(rule({ ...provenIn([]), since: earlier(NOON, hours(2)) }).missing).toEqual([]);
    expect(rule({ ...provenIn([]), since: earlier(NOON, hours(4)) }).missing).toHaveLength(2);
  });

  test('of a cluster with a log nothing is missed before its first full could have been proven elsewhere', () => {
    const full = { name: 'nightly', cron: '0 2 * * ? *', flexibleWindow: minutes(0), deadline: hours(2) };
    const plan = {
      ...PLAN,
      rules: [{ ...full, kind: 'full' } as const],
      objectives: { ...PLAN.objectives, rpo: minutes(5) },
      logBackup: true,
    };
    const tidb = clusterOf('tidb', { logFlush: minutes(3) });
    const since = earlier(NOON, hours(9));
    const missing = (now: Instant) =>
      threeTwoOne(situationOf({ ...provenIn([]), cluster: tidb, plan, since }), now).missing;
    // Since three in the morning: the next night's full begins at two, may take two hours, and its copy three quarters of one.
    const due = later(NOON, minutes(16 * 60 + 45));
    expect([missing(NOON), missing(due)]).toEqual([[], []]);
    expect(missing(later(due, minutes(1)))).toHaveLength(2);
    const seldom = { ...plan, rules: [{ ...full, cron: '0 2 1 1 ? *', kind: 'full' } as const] };
    const unsummed = (age: number) =>
      rule({ ...provenIn([]), cluster: tidb, plan: seldom, since: earlier(NOON, days(age)) }).missing;
    expect([unsummed(7).length, unsummed(8).length]).toEqual([0, 2]);
  });

  test('files are immutable while the lock of all that the newest point needs lasts', () => {
    const full = pointAt(earlier(NOON, days(10)), 1, { engine: 'tidb' });
    const next = pointAt(earlier(NOON, hours(1)), 1, { engine: 'tidb', kind: 'incremental', base: full.id });
    const of = (retain: number) =>
      rule({
        cluster: clusterOf('tidb'),
        vaultLock: { mode: 'compliance', retain: days(retain) },
        points: [next, full],
        regions: [{ region: THERE, copies: [copyOf(next, THERE), copyOf(full, THERE)], chains: [] }],
      }).immutable;
    expect(of(14)).toMatchObject({ holds: true, value: earlier(NOON, days(-4)) });
    expect(of(9)).toMatchObject({ holds: false, value: null });
  });

  test('snapshots are not locked, and of objects only what the newest point added certainly is', () => {
    expect(rule({ vaultLock: LOCK }).immutable.why).toMatch(/its points are snapshots/);
    expect(rule({ vaultLock: LOCK, cluster: clusterOf('objects') }).immutable).toMatchObject({
      holds: false,
      why: expect.stringContaining('what did not change since is locked from when it was written'),
    });
    expect(rule({ cluster: clusterOf('objects') }).immutable.why).toBe('the configuration has no vaultLock');
  });

  test('an unmended object, or a failed drill, is an error', () => {
    const { regions } = situationOf();
    const scrubbed = regions.map((each) => ({ ...each, scrub: { at: NOON, open: 2 } }));
    expect(rule({ regions: scrubbed }).verified.why).toContain('left 2 objects in eu-central-1 unmended');
    const failed = drillOf(earlier(NOON, days(1)), 'failed');
    const passed = drillOf(earlier(NOON, days(2)), 'passed');
    expect(rule({ drills: [failed, passed] }).verified.holds).toBe(false);
    expect(rule({ drills: [drillOf(NOON, 'passed'), failed] }).verified.holds).toBe(true);
  });
});

describe('a protection label', () => {
  test('names what is at risk, and nothing else', () => {
    expect(risks({ drills: [drillOf(earlier(NOON, days(3)), 'passed')] })).toEqual(['NotImmutable']);
    expect(risks()).toEqual(['NeverDrilled', 'NotImmutable']);
    expect(risks(provenIn([HERE]))).toEqual(
      expect.arrayContaining(['NothingProven', 'CopiesMissing', 'TooFewCopies', 'NotOffSite']),
    );
    expect(risks(provenIn([HERE, THERE], hours(4)))).toContain('RpoMissed');
  });

  test('a drill is overdue when none passed within what the plan asks, counted from the first day', () => {
    const drills = {
      cron: '0 5 * * ? *',
      pick: 'latest',
      mode: 'ordinary',
      region: THERE,
      deadline: hours(6),
      within: days(40),
    } as const;
    const plan = { ...PLAN, drills };
    const passed = (n: number) => [drillOf(earlier(NOON, days(n)), 'passed')];
    expect(risks({ plan, drills: passed(39) })).not.toContain('DrillOverdue');
    expect(risks({ plan, drills: passed(41) })).toContain('DrillOverdue');
    expect(risks({ plan })).toContain('DrillOverdue');
    expect(risks({ plan, since: earlier(NOON, days(39)) })).not.toContain('DrillOverdue');
  });

  test('says what restores where, with its root, and the log beyond the newest point', () => {
    const point = pointAt(earlier(NOON, hours(2)), 1, { engine: 'tidb' });
    const chain: LogChain = {
      cluster: 'orders',
      region: HERE,
      chain: '20261101t000000z',
      state: 'running',
      startedAt: point.openedAt,
      stateSince: point.openedAt,
      from: earlier(NOON, hours(3)),
      fromMark: '1',
      checkpoint: earlier(NOON, minutes(4)),
      checkpointMark: '2',
      checkpointAt: NOON,
    };
    const [here] = labelOf({
      cluster: clusterOf('tidb'),
      points: [point],
      regions: [{ region: HERE, copies: [copyOf(point, HERE)], chains: [chain] }],
    }).regions;
    expect(here).toMatchObject({
      achievedRpoSeconds: 240,
      newestPoint: point.id,
      root: 'f'.repeat(64),
      provenCopies: 1,
    });
  });

  test('what a restore took is that of the last whole one', () => {
    const whole = restoreOf(earlier(NOON, days(2)), 1e9, 777);
    const part = { ...restoreOf(earlier(NOON, days(1)), 1e3, 2), part: true } as const;
    expect(labelOf({ restores: [whole, part] }).rto.achievedSeconds).toBe(777);
    expect(labelOf({ restores: [part] }).rto.achievedSeconds).toBeNull();
  });

  test('what a restore took that waited for a yes is what it took, and teaches the forecast nothing', () => {
    const whole = restoreOf(earlier(NOON, days(2)), 1e9, 777);
    const asked = { ...restoreOf(earlier(NOON, days(1)), 1e9, 30_000), asked: true } as const;
    const { rto } = labelOf({ restores: [whole, asked] });
    expect(rto.achievedSeconds).toBe(30_000);
    expect(rto.forecastSeconds).toBe(labelOf({ restores: [whole] }).rto.forecastSeconds);
  });

  test('counts days since a drill passed, and names its receipt', () => {
    const { drill } = labelOf({
      drills: [
        drillOf(earlier(NOON, days(2)), 'failed', { receipt: 8 }),
        drillOf(earlier(NOON, days(9)), 'passed', { receipt: 7 }),
      ],
    });
    expect(drill).toMatchObject({
      daysSincePassed: 9,
      last: { state: 'failed' },
      receipt: { number: 8, region: THERE },
    });
  });

  test('as OpenMetrics has each family once, no sample for what is unknown, and an end', () => {
    const text = openMetrics([labelOf(), { ...labelOf(), cluster: 'say "hi"' }]);
    expect(text.match(/# TYPE holdfast_achieved_rpo_seconds gauge/g)).toHaveLength(1);
    expect(text).toContain(`holdfast_achieved_rpo_seconds{cluster="orders",region="${THERE}"} 3600\n`);
    expect(text).toContain('holdfast_copies{cluster="say \\"hi\\""} 3\n');
    expect(text).not.toContain('holdfast_rto_achieved_seconds');
    expect(text.endsWith('# EOF\n')).toBe(true);
    expect(text).toContain('holdfast_open_risk{cluster="orders",risk="NeverDrilled"} 1');
  });
});
