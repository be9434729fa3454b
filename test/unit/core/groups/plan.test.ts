import { describe, expect, test } from 'vitest';
import type { CopyRecord } from '../../../../core/catalog/recovery-point.ts';
import type { Group } from '../../../../core/groups/group.ts';
import { type FailoverPlan, type MemberSituation, planFailover } from '../../../../core/groups/plan.ts';
import type { Cluster, Plan } from '../../../../core/plan/installation.ts';
import type { FollowedDatabase, StandbyRecord } from '../../../../core/standby/record.ts';
import { days, earlier, hours, instant, iso, minutes } from '../../../../core/time/instant.ts';

const NOW = instant(Date.parse('2026-11-21T12:00:00Z'));
const AWAY = 'eu-central-1';
const GROUP: Group = {
  name: 'shop',
  layers: [['files', 'rows'], ['olap']],
  to: AWAY,
  maxSkew: minutes(15),
  approvalWithin: hours(1),
};
const PLAN = { name: 'gold', objectives: { rpo: hours(2), rto: hours(4) } } as Plan;

const copyOf = (cluster: string, ago: number): CopyRecord => {
  const takenAt = earlier(NOW, minutes(ago));
  const id = `${cluster}-hourly-${iso(takenAt).replace(/[-:]/g, '').toLowerCase()}`;
  return { id, cluster, region: AWAY, state: 'proven', startedAt: takenAt, provenAt: takenAt, takenAt };
};

const member = (
  name: string,
  ago: readonly number[],
  more: Partial<MemberSituation> = {},
): MemberSituation => ({
  cluster: {
    name,
    engine: name === 'olap' ? 'doris' : 'objects',
    ...(name === 'olap' && { standby: { region: AWAY } }),
  } as Cluster,
  plan: PLAN,
  restorable: { cluster: name, region: AWAY, copies: ago.map((one) => copyOf(name, one)), now: NOW },
  forecast: minutes(30),
  ...more,
});

const standby = (mode: StandbyRecord['mode'], behind: number | undefined): StandbyRecord => ({
  cluster: 'olap',
  region: AWAY,
  mode,
  modeSince: earlier(NOW, days(1)),
  seenAt: NOW,
  databases: {
    shop: (behind === undefined ? {} : { reaches: earlier(NOW, minutes(behind)) }) as FollowedDatabase,
  },
});

const planned = (
  members: readonly MemberSituation[],
  kind: 'latest' | 'together' = 'latest',
): FailoverPlan => {
  const plan = planFailover(GROUP, members, { kind }, NOW);
  if (plan instanceof Error) throw plan;
  return plan;
};
const said = (plan: FailoverPlan) =>
  plan.members.map(({ cluster, way, to, lossSeconds }) => [cluster, way, to, lossSeconds / 60]);

describe('the plan of a failover', () => {
  test('brings each member to its newest, and promotes a standby that is within the objective', () => {
    const plan = planned([
      member('olap', [70], { standby: standby('following', 3) }),
      member('files', [35, 90]),
      member('rows', [50]),
    ]);
    expect(said(plan)).toEqual([
      ['files', 'restore', 'files-hourly-20261121t112500z', 35],
      ['rows', 'restore', 'rows-hourly-20261121t111000z', 50],
      ['olap', 'promote', undefined, 3],
    ]);
    expect([plan.skewSeconds, plan.forecastSeconds]).toEqual([47 * 60, 35 * 60]);
  });

  test.each([
    ['too far behind', standby('following', 121), 'certainly has everything up to 2026-11-21T09:59:00Z only'],
    ['of which nothing is certain', standby('following', undefined), 'is not known'],
    ['that is being followed', standby('returning', 3), 'its standby is returning'],
  ])('restores beside a standby %s, and says why', (_, record, why) => {
    const [olap] = planned([member('olap', [70], { standby: record })]).members;
    expect([olap?.way, olap?.note]).toEqual(['restore', expect.stringContaining(why)]);
  });

  test('a standby that takes writes is the truth, however far behind it was', () => {
    const [olap] = planned([member('olap', [70], { standby: standby('promoted', 500) })]).members;
    expect([olap?.way, olap?.lossSeconds]).toEqual(['promote', 500 * 60]);
    const unknown = planFailover(
      GROUP,
      [member('olap', [70], { standby: standby('promoted', undefined) })],
      { kind: 'latest' },
      NOW,
    );
    expect(unknown).toMatchObject({ name: 'GroupNotRecoverable' });
  });

  test('together: all members within the skew, a standby left alone', () => {
    const plan = planned(
      [
        member('files', [20, 70, 95]),
        member('rows', [60, 82]),
        member('olap', [80], { standby: standby('following', 3) }),
      ],
      'together',
    );
    expect(said(plan)).toEqual([
      ['files', 'restore', 'files-hourly-20261121t105000z', 70],
      ['rows', 'restore', 'rows-hourly-20261121t103800z', 82],
      ['olap', 'restore', 'olap-hourly-20261121t104000z', 80],
    ]);
    expect(plan.skewSeconds).toBe(12 * 60);
  });

  test('together is refused where nothing lies close enough', () => {
    const refused = planFailover(
      GROUP,
      [member('files', [20]), member('rows', [60])],
      { kind: 'together' },
      NOW,
    );
    expect(refused).toMatchObject({
      name: 'GroupNotRecoverable',
      message: expect.stringMatching(/within 15 min of each other; give "to": "latest"/),
    });
  });

  test.each(['latest', 'together'] as const)(
    'names whoever has nothing here, and what would work (%s)',
    (kind) => {
      const refused = planFailover(GROUP, [member('files', [20]), member('rows', [])], { kind }, NOW);
      expect(refused).toMatchObject({
        name: 'GroupNotRecoverable',
        message: expect.stringMatching(
          /rows: NothingToRestore: .*"without": \["rows"\], and the other 1 can come/,
        ),
      });
      expect(refused).toMatchObject({ message: expect.not.stringContaining('files:') });
    },
  );

  test('an instant is the same for all, and refused where one cannot', () => {
    const at = earlier(NOW, minutes(40));
    const plan = planFailover(
      GROUP,
      [member('files', [20, 45]), member('rows', [30, 50])],
      { kind: 'instant', at },
      NOW,
    );
    expect(plan).toMatchObject({
      members: [{ to: 'files-hourly-20261121t111500z' }, { to: 'rows-hourly-20261121t111000z' }],
    });
    const late = planFailover(
      GROUP,
      [member('files', [20, 45]), member('rows', [50])],
      { kind: 'instant', at },
      NOW,
    );
    expect(late).toMatchObject({ message: expect.stringContaining('rows: WindowNotCovered') });
  });
});
