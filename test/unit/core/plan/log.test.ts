import { describe, expect, test } from 'vitest';
import type { ClusterInput, PlanInput } from '../../../../core/plan/input.ts';
import { validate } from '../../../../core/plan/validate.ts';
import config from '../../../../holdfast.config.ts';

const full = { name: 'weekly', cron: '0 3 ? * SUN *' };
const daily = { name: 'daily', cron: '0 3 ? * MON-SAT *', kind: 'incremental' as const };
const plan = (more: Partial<PlanInput> = {}): PlanInput => ({
  rules: [full],
  retention: { weekly: 4 },
  objectives: { rpo: '8d', rto: '8h' },
  ...more,
});

const CLUSTERS: Readonly<Record<string, ClusterInput>> = {
  shop: {
    engine: 'tidb',
    plan: 'asked',
    version: 'v8.5.1',
    reach: { pd: 'pd.internal:2379', subnets: ['subnet-0a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] },
    expectedSize: '250 GB',
  },
  documents: { engine: 'objects', plan: 'asked', bucket: 'acme-documents', expectedSize: '1 GB' },
  orders: { ...(config.clusters['orders'] as ClusterInput), plan: 'asked' },
};

/** What is said about one cluster on this plan, as lines. */
function said(cluster: string, asked: PlanInput): string[] {
  const answer = validate({ ...config, plans: { asked }, clusters: { [cluster]: CLUSTERS[cluster] } });
  return Array.isArray(answer) ? answer.map((p) => `${p.path}: received ${p.received}; ${p.change}`) : [];
}

describe('a log', () => {
  test('is kept for an engine that has one', () => {
    expect(said('shop', plan({ logBackup: true }))).toEqual([]);
  });

  test.each([
    [
      'documents',
      /^clusters\.documents\.plan: received "asked"; plan asked says logBackup: true, and engine objects has no log to back up: every version of an object/,
    ],
    [
      'orders',
      /^clusters\.orders\.plan: received "asked"; plan asked .* engine aurora has no log to back up: RDS keeps a log of its own/,
    ],
  ])('is refused for %s at its place, with the reason', (cluster, line) => {
    expect(said(cluster, plan({ logBackup: true }))).toEqual([expect.stringMatching(line)]);
    expect(said(cluster, plan())).toEqual([]);
  });
});

test('a log is refused beside a filter, which it does not know', () => {
  const asked = plan({ logBackup: true });
  const filtered = { ...CLUSTERS['shop'], filter: ['shop.*'] };
  const clusters = { shop: filtered };
  const answer = validate({ ...config, plans: { asked }, clusters });
  expect(answer).toMatchObject([
    { path: 'clusters.shop.filter', change: expect.stringMatching(/knows no filter/) },
  ]);
  expect(validate({ ...config, plans: { asked: plan() }, clusters })).not.toBeInstanceOf(Array);
});

describe('an incremental rule', () => {
  test('stands beside a full one where the engine knows incrementals', () => {
    expect(said('shop', plan({ rules: [full, daily] }))).toEqual([]);
  });

  test.each([
    [
      'documents',
      /engine objects does not know: each capture stores only what is new and is whole all the same/,
    ],
    ['orders', /engine aurora does not know: AWS stores its snapshots as differences/],
  ])('is refused for %s at its place, with the reason', (cluster, reason) => {
    expect(said(cluster, plan({ rules: [full, daily] }))).toEqual([
      expect.stringMatching(new RegExp(`^clusters\\.${cluster}\\.plan: .*rule daily of plan asked`)),
    ]);
    expect(said(cluster, plan({ rules: [full, daily] }))[0]).toMatch(reason);
  });

  test('needs a full one before it', () => {
    expect(said('shop', plan({ rules: [daily] }))).toEqual([
      expect.stringMatching(/^plans\.asked\.rules: .*every rule is incremental.*add a rule of kind "full"/),
    ]);
  });
});
