import { describe, expect, test } from 'vitest';
import config from '../../holdfast.config.ts';
import { atoms, rightsOf, sorted } from './rights.ts';
import { PRIMARY_RIGHTS, RECOVERY_RIGHTS } from './rights-table.ts';
import { PRIMARY, RECOVERY, synthesized } from './synthesized.ts';

const template = synthesized();

describe.each([
  ['primary', rightsOf(template(`Holdfast-${PRIMARY}`)), PRIMARY_RIGHTS],
  ['recovery region', rightsOf(template(`Holdfast-${RECOVERY}`)), RECOVERY_RIGHTS],
] as const)('in the %s', (_place, granted, expected) => {
  test('the roles are those of the table', () => {
    expect(sorted(Object.keys(granted))).toEqual(sorted(Object.keys(expected)));
  });

  test.each(Object.entries(expected))('%s may do this and nothing else', (role, rights) => {
    expect(granted[role]).toEqual(sorted(atoms(...rights)));
  });

  test('nobody may delete a version, scan the catalog, lift a lock, or touch a key', () => {
    const forbidden =
      /s3:(DeleteObjectVersion|Bypass|PutObjectRetention on (?!vault\([a-z]+\)\/receipts\/)|PutLifecycle|PutBucket)|dynamodb:(Scan|DeleteTable)|kms:(ScheduleKeyDeletion|DisableKey|PutKeyPolicy)|iam:|sts:|rds:(DeleteDBCluster on|ModifyDBCluster on)/;
    // What a drill restored is a copy of what is kept: by its own name or folder alone, it goes for good.
    const ofADrill =
      /on (landing\/drill\/drill-\*|rds\([a-z]+\) (cluster|db):drill-\* when aws:ResourceTag\/holdfast:drill=drill-\*)$/;
    for (const [role, rights] of Object.entries(granted))
      expect(
        rights.filter((right) => forbidden.test(right) && !ofADrill.test(right)),
        role,
      ).toEqual([]);
  });
});

test('everything that restores away from the primary is denied all of it, and what captures or copies is not', () => {
  const rights = rightsOf(template(`Holdfast-${RECOVERY}`));
  const denied = Object.entries(rights)
    .filter(([, each]) => each.includes(`!* on * when aws:RequestedRegion=${PRIMARY}`))
    .map(([role]) => role);
  for (const role of Object.keys(rights))
    if (/^(?!ask-|answer-|run-|start-)[a-z-]+-(restore|drill|shard|heartbeat)$/.test(role))
      expect(denied).toContain(role);
  expect(denied).not.toContain('heal-log');
  const home = Object.values(rightsOf(template(`Holdfast-${PRIMARY}`))).flat();
  expect(home.filter((right) => right.startsWith('!* '))).toEqual([]);
});

test('an installation without database clusters has no right to any', () => {
  const { orders: _orders, ...clusters } = config.clusters;
  const objectsOnly = synthesized({ ...config, clusters });
  const rights = Object.values(rightsOf(objectsOnly(`Holdfast-${PRIMARY}`))).flat();
  expect(rights.filter((right) => /^rds:|ViaService=rds/.test(right))).toEqual([]);
});

test('every role trusts one service, and machines and schedules only on behalf of this account', () => {
  const roles = template(`Holdfast-${PRIMARY}`).findResources('AWS::IAM::Role');
  for (const [id, role] of Object.entries(roles)) {
    const [trust, ...more] = role['Properties'].AssumeRolePolicyDocument.Statement;
    expect(more, id).toEqual([]);
    const service = trust.Principal.Service;
    expect(['lambda.amazonaws.com', 'states.amazonaws.com', 'scheduler.amazonaws.com']).toContain(service);
    if (service !== 'lambda.amazonaws.com')
      expect(trust.Condition.StringEquals['aws:SourceAccount'], id).toBe('111111111111');
  }
});
