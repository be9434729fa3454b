import { Buffer } from 'node:buffer';
import { DeleteItemCommand, DeleteTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DisableKeyCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import {
  DeleteDBClusterCommand,
  DeleteDBClusterSnapshotCommand,
  DeleteDBInstanceCommand,
  ModifyDBClusterCommand,
} from '@aws-sdk/client-rds';
import {
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import { hours } from '../../core/time/instant.ts';
import { CATALOG_TABLE, landingName, VAULT_KEY_ALIAS, vaultName } from '../../lib/names.ts';
import { type Attempt, type RoleClients, whoIsLetIn } from '../support/acting-as.ts';
import { Blueprint } from '../support/world-of.ts';
import { AWAY, FLEETING, HOME } from './installations.ts';

let blueprint: Blueprint;
let stage: Stage;

beforeAll(async () => {
  blueprint = await Blueprint.of(FLEETING);
  stage = blueprint.stage(3);
  stage.files.get('documents')!.write('a.txt', Buffer.from('a'));
  await stage.run(hours(8));
});
afterAll(() => blueprint?.close());

const prefix = (region: string) => `arn:aws:iam::${stage.cloud.account}:role/holdfast-${region}-`;
const rolesOf = (...regions: readonly string[]) =>
  stage.cloud.iam.roles.filter((role) => regions.some((region) => role.startsWith(prefix(region))));

const letIn = (roles: readonly string[], region: string, attempt: Attempt) =>
  whoIsLetIn(stage, roles, region, attempt);

const vault = (region: string) => vaultName(stage.cloud.account, region);
const keyOf = (region: string) => stage.cloud.s3.bucket(vault(region))!.kmsKeyArn!;
/** An item of a sealed point, which every region holds by now. */
const item = (
  region: string,
): { readonly Bucket: string; readonly Key: string; readonly VersionId: string } => {
  const [Key, { id }] = [...stage.cloud.s3.current(vault(region))].find(([key]) => key.includes('/data/'))!;
  return { Bucket: vault(region), Key, VersionId: id };
};
const digest = (region: string) => {
  const content = [...stage.cloud.s3.versions(vault(region))].map(([key, versions]) => [
    key,
    versions.map(({ id, kind }) => `${id} ${kind}`),
  ]);
  return JSON.stringify(content);
};

describe.each([HOME, AWAY])('in the vault of %s, no role of any region', (region) => {
  it.each<readonly [string, (clients: RoleClients) => Promise<unknown>]>([
    ['deletes a version', ({ s3 }) => s3.send(new DeleteObjectCommand(item(region)))],
    [
      'deletes a version past its lock',
      ({ s3 }) => s3.send(new DeleteObjectCommand({ ...item(region), BypassGovernanceRetention: true })),
    ],
    [
      'deletes versions by the list',
      ({ s3 }) => {
        const { Bucket, Key, VersionId } = item(region);
        return s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key, VersionId }] } }));
      },
    ],
    [
      'shortens a lock',
      ({ s3 }) =>
        s3.send(
          new PutObjectRetentionCommand({
            ...item(region),
            Retention: { Mode: 'GOVERNANCE', RetainUntilDate: new Date(stage.now) },
            BypassGovernanceRetention: true,
          }),
        ),
    ],
    [
      'writes its policy',
      ({ s3 }) => s3.send(new PutBucketPolicyCommand({ Bucket: vault(region), Policy: '{}' })),
    ],
    ['removes its policy', ({ s3 }) => s3.send(new DeleteBucketPolicyCommand({ Bucket: vault(region) }))],
    [
      'suspends its versioning',
      ({ s3 }) =>
        s3.send(
          new PutBucketVersioningCommand({
            Bucket: vault(region),
            VersioningConfiguration: { Status: 'Suspended' },
          }),
        ),
    ],
    [
      'changes its lifecycle',
      ({ s3 }) =>
        s3.send(
          new PutBucketLifecycleConfigurationCommand({
            Bucket: vault(region),
            LifecycleConfiguration: {
              Rules: [{ Status: 'Enabled', Expiration: { Days: 1 }, Filter: { Prefix: '' } }],
            },
          }),
        ),
    ],
    ['removes it', ({ s3 }) => s3.send(new DeleteBucketCommand({ Bucket: vault(region) }))],
    ['disables its key', ({ kms }) => kms.send(new DisableKeyCommand({ KeyId: keyOf(region) }))],
    [
      'schedules the deletion of its key',
      ({ kms }) => kms.send(new ScheduleKeyDeletionCommand({ KeyId: keyOf(region) })),
    ],
    [
      'writes the policy of its key',
      ({ kms }) => kms.send(new PutKeyPolicyCommand({ KeyId: keyOf(region), Policy: '{}' })),
    ],
    [
      'points its alias elsewhere',
      ({ kms }) =>
        kms.send(new UpdateAliasCommand({ AliasName: VAULT_KEY_ALIAS, TargetKeyId: keyOf(region) })),
    ],
  ])('%s', async (_, attempt) => {
    const before = digest(region);
    expect(await letIn(rolesOf(HOME, AWAY), region, attempt)).toEqual([]);
    expect(digest(region)).toBe(before);
  });

  it.each<readonly [string, (clients: RoleClients) => Promise<unknown>]>([
    ['scans the catalog', ({ dynamodb }) => dynamodb.send(new ScanCommand({ TableName: CATALOG_TABLE }))],
    [
      'deletes the catalog',
      ({ dynamodb }) => dynamodb.send(new DeleteTableCommand({ TableName: CATALOG_TABLE })),
    ],
    [
      'deletes a cluster',
      ({ rds }) => rds.send(new DeleteDBClusterCommand({ DBClusterIdentifier: 'orders' })),
    ],
    [
      'changes a cluster',
      ({ rds }) =>
        rds.send(new ModifyDBClusterCommand({ DBClusterIdentifier: 'orders', DeletionProtection: false })),
    ],
    [
      'deletes an instance',
      ({ rds }) => rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'orders-1' })),
    ],
    [
      "deletes a snapshot that is not Holdfast's",
      ({ rds }) => rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: 'mine' })),
    ],
  ])('nor %s there', async (_, attempt) => {
    expect(await letIn(rolesOf(HOME, AWAY), region, attempt)).toEqual([]);
  });
});

const HIDERS = ['discard-expired', 'discard-unclaimed'];
const ABANDONERS = ['close-stopped-execution', 'discard-partial-capture'];
const hidden =
  (region: string): Attempt =>
  ({ s3 }) => {
    // A key that nobody needs: what is tried here may succeed.
    return s3.send(new DeleteObjectCommand({ Bucket: vault(region), Key: 'documents/none/data/a.txt' }));
  };
const listed =
  (region: string): Attempt =>
  ({ s3 }) => {
    const Objects = [{ Key: 'documents/none/data/a.txt' }];
    return s3.send(new DeleteObjectsCommand({ Bucket: vault(region), Delete: { Objects } }));
  };
const put =
  (bucket: (region: string) => string, region: string, Key: string): Attempt =>
  ({ s3 }) =>
    s3.send(new PutObjectCommand({ Bucket: bucket(region), Key, Body: 'x' }));
const of = (region: string, names: readonly string[]) => names.map((name) => `${region} ${name}`).sort();

describe('who may', () => {
  it.each([
    ['one by one', hidden],
    ['by the list', listed],
  ])(
    'hide what lies in a vault, %s: who discards in its region, and nobody from another one',
    async (_, by) => {
      const everybody = rolesOf(HOME, AWAY);
      expect(await letIn(everybody, HOME, by(HOME))).toEqual(of(HOME, [...HIDERS, ...ABANDONERS]));
      expect(await letIn(everybody, AWAY, by(AWAY))).toEqual(of(AWAY, HIDERS));
    },
  );

  it('store items: who captures at home, who copies elsewhere, and who mends in its own region what rotted there', async () => {
    const everybody = rolesOf(HOME, AWAY);
    const key = 'documents/none/data/b.txt';
    expect(await letIn(everybody, HOME, put(vault, HOME, key))).toEqual(
      of(HOME, ['capture-shard', 'mend-rot']),
    );
    expect(await letIn(everybody, AWAY, put(vault, AWAY, key))).toEqual(
      [...of(AWAY, ['mend-rot']), ...of(HOME, ['copy-shard'])].sort(),
    );
  });

  it('restore into a landing bucket: who restores in its region, and it writes in no vault', async () => {
    const landing = (region: string) => landingName(stage.cloud.account, region);
    for (const region of [HOME, AWAY])
      expect(await letIn(rolesOf(HOME, AWAY), region, put(landing, region, 'x/a.txt'))).toEqual(
        of(region, ['restore-shard']),
      );
    const restorers = rolesOf(HOME, AWAY).filter((role) => /restore/.test(role));
    expect(restorers.length).toBeGreaterThan(15);
    for (const region of [HOME, AWAY])
      for (const key of ['documents/none/data/a', 'documents/none/manifest/index.json', 'work/plan.json'])
        expect(await letIn(restorers, region, put(vault, region, key)), key).toEqual([]);
  });

  it('delete a snapshot: who discards in its region', async () => {
    const gone: Attempt = ({ rds }) =>
      rds.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: 'holdfast-none' }));
    expect(await letIn(rolesOf(HOME, AWAY), HOME, gone)).toEqual(of(HOME, [...HIDERS, ...ABANDONERS]));
    expect(await letIn(rolesOf(HOME, AWAY), AWAY, gone)).toEqual(of(AWAY, HIDERS));
  });

  it('remove a record from the catalog: who moves a discarded one to where nothing restores from', async () => {
    const Key = { pk: { S: 'none' }, sk: { S: 'none' } };
    const remove: Attempt = ({ dynamodb }) =>
      dynamodb.send(new DeleteItemCommand({ TableName: CATALOG_TABLE, Key }));
    expect(await letIn(rolesOf(HOME, AWAY), HOME, remove)).toEqual(
      of(HOME, ['decide-expiry', 'discard-expired']),
    );
  });
});
