import { RegionInfo } from 'aws-cdk-lib/region-info';
import { describe, expect, test } from 'vitest';
import { listProblems } from '../../../../core/plan/problem.ts';
import { REGION_NAMES } from '../../../../core/plan/region-names.ts';
import { validate } from '../../../../core/plan/validate.ts';
import { days, hours, minutes } from '../../../../core/time/instant.ts';
import config from '../../../../holdfast.config.ts';
import { installed } from './installed.ts';

type Json = Record<string, unknown>;

/** The example configuration with one value replaced. */
function example(path: string, value: unknown): unknown {
  const copy = structuredClone(config) as unknown as Json;
  const steps = path.split('.');
  const parent = steps.slice(0, -1).reduce<Json>((at, step) => at[step] as Json, copy);
  parent[steps.at(-1)!] = value;
  return copy;
}

/** What is said about the example with one value replaced, as lines. */
function said(path: string, value: unknown): string[] {
  const answer = validate(example(path, value));
  return Array.isArray(answer) ? answer.map((p) => `${p.path}: received ${p.received}; ${p.change}`) : [];
}

test('the example means what it says, with every default filled in', () => {
  const { plans, clusters, vaultLock, notify } = installed();
  expect(plans[0]).toMatchObject({
    name: 'gold',
    timeZone: 'UTC',
    grace: days(7),
    maxExpireShare: 0.5,
    copyAllowance: minutes(45),
    copyTo: ['eu-central-1'],
    objectives: { rpo: hours(3), rto: hours(2), survives: 'region' },
    retention: { keepLast: 0, keepWithin: hours(6), yearly: 0, minimumKeep: 3 },
  });
  expect(plans[0]!.rules[0]).toEqual({
    name: 'hourly',
    cron: '0 * * * ? *',
    flexibleWindow: minutes(5),
    deadline: minutes(30),
    kind: 'full',
  });
  expect(clusters.map(({ name, restoreBytesPerSecond }) => [name, restoreBytesPerSecond])).toEqual([
    ['documents', 200e6],
    ['orders', 100e6],
  ]);
  expect(vaultLock).toBeUndefined();
  expect(notify.emails).toEqual(['oncall@example.com']);
});

test('a plan copies everywhere and survives a region unless it says otherwise', () => {
  const gold = { rules: [{ name: 'daily', cron: '0 3 * * ? *' }], retention: { daily: 7 } };
  const planned = (plan: object) => {
    const answer = validate(example('plans.gold', { ...gold, ...plan }));
    return Array.isArray(answer) ? listProblems(answer) : answer.plans[0];
  };
  const objectives = { rpo: '2d', rto: '8h' } as const;
  expect(planned({ objectives })).toMatchObject({
    copyTo: ['eu-central-1'],
    objectives: { survives: 'region' },
  });
  expect(planned({ objectives, copyTo: [] })).toMatchObject({ objectives: { survives: 'cluster' } });
});

test('ten mistakes give ten lines, each with the path, what was received and what to change', () => {
  const answer = validate({
    regions: { primary: 'eu-west1', recovery: ['eu-central-1', 'eu-central-1'] },
    plans: {
      gold: {
        timeZone: 'Europe/Atlantis',
        rules: [
          { name: 'hourly', cron: '0 25 * * ? *' },
          { name: 'hourly', cron: '0 * * * ? *', deadline: 'soon' },
        ],
        retention: { hourly: 24, minimumKeep: 0 },
        copyTo: ['us-east-1'],
        objectives: { rpo: '1h', rto: '4h' },
      },
    },
    clusters: { orders: { engine: 'aurora', plan: 'silver', clusterId: 'orders', expectedSize: '250 GB' } },
    vaultAccount: '222222222222',
  });
  expect(Array.isArray(answer) && listProblems(answer).split('\n')).toEqual([
    'holdfast.config.ts has 10 mistakes:',
    expect.stringMatching(
      /^ {2}clusters\.orders\.plan: received "silver"; no plan has this name; there are gold$/,
    ),
    expect.stringMatching(/^ {2}plans\.gold\.copyTo\[0\]: received "us-east-1"; not a recovery region/),
    expect.stringMatching(/^ {2}plans\.gold\.retention\.minimumKeep: received 0; give the floor/),
    expect.stringMatching(
      /^ {2}plans\.gold\.rules\[0\]\.cron: received "0 25 \* \* \? \*"; "25" is out of range/,
    ),
    expect.stringMatching(/^ {2}plans\.gold\.rules\[1\]\.deadline: received "soon"; give a duration/),
    expect.stringMatching(/^ {2}plans\.gold\.rules\[1\]\.name: received "hourly"; another rule/),
    expect.stringMatching(/^ {2}plans\.gold\.timeZone: received "Europe\/Atlantis"; not a time zone/),
    expect.stringMatching(/^ {2}regions\.primary: received "eu-west1"; not a region/),
    expect.stringMatching(/^ {2}regions\.recovery\[1\]: received "eu-central-1"; this region is named twice/),
    expect.stringMatching(/^ {2}vaultAccount: received "222222222222"; .* not offered yet/),
  ]);
});

describe('one mistake is told once, at its place', () => {
  test.each([
    ['name', 'My Backups', /installation name is lowercase/],
    ['account', '123', /twelve digits/],
    ['nmae', 'x', /not a setting of the configuration; the settings are name, account/],
    ['regions.recovery', [], /at least one recovery region/],
    ['regions.recovery.0', 'eu-west-1', /regions\.recovery\[0\].*primary region/],
    ['plans.gold.rules', [], /at least one rule/],
    ['plans.gold.rules.0.name', 'everysinglehour', /at most 12 characters/],
    ['plans.gold.rules.0.name', 'six-hourly', /a rule name has no hyphen/],
    ['plans.gold.rules.0.name', 'manual', /choose another name/],
    ['plans.gold.rules.0.flexibleWindow', '90s', /whole minutes/],
    ['plans.gold.rules.0.deadline', '25h', /up to 24 h|to 24 h/],
    ['plans.gold.retention', {}, /keeps nothing but the floor/],
    ['plans.gold.retention.hourly', 1.5, /whole number/],
    ['plans.gold.copyTo', [], /copyTo.*objectives\.survives is "region"/],
    ['plans.gold.objectives.rpo', '1 hour', /give a duration/],
    ['plans.gold.objectives.survives', 'planet', /"cluster" or "region"/],
    ['plans.gold.maxExpireShare', 0, /share above 0/],
    ['plans.gold.grace', '0m', /give a duration/],
    ['clusters.orders.plan', 'silver', /no plan has this name; there are gold/],
    [
      'clusters.orders.engine',
      'oracle',
      /no engine of this version; there are objects, aurora, documentdb, neptune/,
    ],
    ['clusters.orders.expectedSize', '250', /give a size/],
    ['clusters.orders.restoreRate', '100 MB', /give a speed/],
    ['clusters.orders.clusterId', 'Orders_DB', /DB cluster identifier/],
    [
      'clusters.orders.restoreInto',
      { 'us-east-1': {} },
      /not a region of this installation; there are eu-west-1, eu-central-1/,
    ],
    [
      'clusters.orders.restoreInto',
      {},
      /restoreInto\.eu-central-1: received nothing; name the securityGroups/,
    ],
    [
      'clusters.orders.restoreInto',
      { 'eu-central-1': { securityGroups: [] } },
      /securityGroups: received \[\]; name at least one/,
    ],
    [
      'clusters.documents.restoreInto',
      { 'eu-central-1': { bucket: 'holdfast-vault-1-eu-central-1' } },
      /bucket: .*this is a vault, and nothing is restored into one/,
    ],
    [
      'clusters.documents.restoreInto',
      { 'eu-central-1': { subnetGroup: 'recovery' } },
      /subnetGroup: .*not a setting of restoreInto of an objects cluster; the settings are bucket, kmsKey/,
    ],
    ['clusters.documents.bucket', 'Acme', /bucket name/],
    ['clusters.documents.bucket', 'holdfast-vault-1-eu-west-1', /this is a vault/],
    ['clusters.documents.prefix', '/invoices/', /no leading slash/],
    ['clusters.documents.prefix', 'invoices', /invoices-old/],
    ['vaultLock', { mode: 'governance', retain: '36h' }, /whole days/],
    ['vaultLock', { mode: 'governance', retain: '3d' }, /ends before the grace of plan gold \(7 d\)/],
    ['vaultLock', { mode: 'compliance', retain: '3650d' }, /cannot be shortened by anyone/],
    ['notify', { emails: ['on call'] }, /not an e-mail address/],
    ['plans', {}, /at least one plan/],
  ])('%s = %j', (path, value, why) => {
    const lines = said(path, value).filter((line) => why.test(line));
    expect(lines, said(path, value).join('\n')).toHaveLength(1);
  });

  test('a long governance lock is a choice, because a person can lift it', () => {
    expect(said('vaultLock', { mode: 'governance', retain: '3650d' })).toEqual([]);
  });

  test('a name that recovery points and snapshots cannot carry is refused together with what else is wrong under it', () => {
    const lines = said('clusters.Way_too_long_a_name_for_a_cluster', { engine: 'objects', plan: 'gold' });
    expect(lines.filter((line) => line.includes('rename it'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('.bucket: received nothing'))).toHaveLength(1);
  });

  test('two clusters cannot protect the same source', () => {
    const orders = { ...config.clusters['orders']!, engine: 'documentdb' };
    expect(said('clusters.copy', orders)).toEqual([
      'clusters.copy.clusterId: received "orders"; cluster orders protects the same source; remove one, or give them different sources',
    ]);
  });

  test('more buckets than the policy of a role can name are refused with the count', () => {
    const many = (count: number) =>
      validate({
        ...config,
        clusters: Object.fromEntries(
          Array.from({ length: count }, (_, n) => [
            `c${n}`,
            {
              engine: 'objects',
              plan: 'gold',
              bucket: `a-bucket-with-a-name-of-thirty-${n}`,
              expectedSize: '1 GB',
            },
          ]),
        ),
      });
    expect(Array.isArray(many(40))).toBe(false);
    const refused = many(80);
    expect(Array.isArray(refused) && listProblems(refused)).toContain('the names of 80 buckets take');
  });

  test('two prefixes of one bucket are two sources', () => {
    const invoices = { ...config.clusters['documents']!, prefix: 'invoices/' };
    expect(said('clusters.invoices', invoices)).toEqual([]);
  });
});

describe('snapshots of database clusters', () => {
  const crowded = (quotas?: object) =>
    validate({ ...config, quotas, clusters: { orders: { ...config.clusters['orders']!, plan: 'gold' } } });

  test('more than AWS allows per region are refused with the count', () => {
    const answer = crowded();
    // Kept: 7 within six hours at the most, 24 hourly, 14 daily, 8 weekly, 12 monthly. In the bin: a week and a day of 25 a day.
    expect(Array.isArray(answer) && listProblems(answer)).toMatch(
      /265 snapshots per region \(orders up to 65 kept and 200 in the bin\) and AWS allows 100/,
    );
  });

  test('a quota that was raised is believed', () => {
    expect(Array.isArray(crowded({ clusterSnapshots: 265 }))).toBe(false);
  });
});

test('something that is no configuration at all is told what one has', () => {
  for (const input of [undefined, null, 3, 'gold', [], () => ({})]) {
    const answer = validate(input);
    expect(Array.isArray(answer) && listProblems(answer)).toMatch(
      /with name, account, regions, plans, clusters/,
    );
  }
});

test('the list of regions is the one that CDK ships for the commercial partition', () => {
  const known = RegionInfo.regions.filter((region) => region.partition === 'aws').map(({ name }) => name);
  expect([...REGION_NAMES].sort()).toEqual(known.sort());
});
