import { describe, expect, test } from 'vitest';
import type { HoldfastInput } from '../../../../core/plan/input.ts';
import { validate } from '../../../../core/plan/validate.ts';

const HOME = 'eu-west-1';
const AWAY = 'eu-central-1';
const secret = (name: string, region = HOME) =>
  `arn:aws:secretsmanager:${region}:111122223333:secret:${name}-AbCdEf`;

const reach = (name: string, change: object = {}) => ({
  host: `${name}.internal`,
  management: `${name}.internal:9091`,
  bucket: `${name}-bucket`,
  rootPath: 'file',
  subnets: ['subnet-0a1b2c3d'],
  securityGroups: ['sg-0a1b2c3d'],
  ...change,
});

const milvus = (change: object = {}) =>
  ({
    engine: 'milvus',
    plan: 'daily',
    version: 'v2.6.12',
    expectedSize: '100 GB',
    reach: reach('docs'),
    ...change,
  }) as const;

/** What is said about a cluster, as lines. */
function said(docs: object, plan: object = {}): string[] {
  const answer = validate({
    regions: { primary: HOME, recovery: [AWAY] },
    plans: {
      daily: {
        rules: [{ name: 'daily', cron: '0 3 * * ? *' }],
        retention: { daily: 7 },
        objectives: { rpo: '2d', rto: '12h' },
        ...plan,
      },
    },
    clusters: { docs } as HoldfastInput['clusters'],
  });
  return Array.isArray(answer) ? answer.map((p) => `${p.path}: ${p.change}`) : [];
}

test('a Milvus cluster is accepted', () => {
  expect(
    said(milvus({ restoreInto: { [AWAY]: { reach: reach('there', { secret: secret('x', AWAY) }) } } })),
  ).toEqual([]);
});

describe('what it has not is refused with the reason', () => {
  test('a log', () => {
    expect(said(milvus(), { logBackup: true })).toContainEqual(
      expect.stringMatching(/engine milvus has no log to back up: milvus-backup takes full backups only/),
    );
  });

  test('increments', () => {
    const rules = [
      { name: 'weekly', cron: '0 3 ? * SUN *' },
      { name: 'daily', cron: '0 3 * * ? *', kind: 'incremental' },
    ];
    expect(said(milvus(), { rules })).toContainEqual(
      expect.stringMatching(
        /kind: "incremental", which engine milvus does not know: every backup of milvus-backup is full/,
      ),
    );
  });
});

describe('a restore at home has the login of the cluster', () => {
  const into = (own: object) =>
    milvus({
      reach: reach('docs', { secret: secret('a') }),
      restoreInto: { [HOME]: { reach: reach('beside', own) } },
    });

  test('the same secret is accepted', () => {
    expect(said(into({ secret: secret('a') }))).toEqual([]);
  });

  test.each([[{ secret: secret('b') }], [{}]])('%j is refused', (own) => {
    const [line] = said(into(own));
    expect(line).toMatch(
      /restoreInto\.eu-west-1\.reach\.secret: .*one login in the region of the cluster.*name the same secret/,
    );
  });
});

test.each([
  [{ version: '2.6.12' }, /such as "v2\.6\.12"/],
  [{ tool: 'latest' }, /such as "v0\.5\.16"/],
  [{ collections: ['docs'] }, /default\.docs/],
  [{ reach: reach('docs', { management: 'http://x' }) }, /host:port of the management endpoint/],
  [{ reach: reach('docs', { rootPath: '/file/' }) }, /without slashes at its ends/],
  [{ reach: reach('docs', { bucket: 'No_Bucket' }) }, /bucket that Milvus keeps its data in/],
])('%j is refused by name', (change, message) => {
  expect(said(milvus(change)).join('\n')).toMatch(message);
});
