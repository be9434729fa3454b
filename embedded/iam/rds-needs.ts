import type { Call } from '../service.ts';
import { type Describe, type Input, need, type Surroundings, text } from './describe.ts';
import type { Need } from './evaluate.ts';

/** RDS members that name a resource, with the resource's kind. Names become ARNs of the call's region. */
const RDS_RESOURCES: Readonly<Record<string, string>> = {
  DBClusterIdentifier: 'cluster',
  SourceDBClusterIdentifier: 'cluster',
  DBInstanceIdentifier: 'db',
  DBClusterSnapshotIdentifier: 'cluster-snapshot',
  SourceDBClusterSnapshotIdentifier: 'cluster-snapshot',
  TargetDBClusterSnapshotIdentifier: 'cluster-snapshot',
  SnapshotIdentifier: 'cluster-snapshot',
  DBSubnetGroupName: 'subgrp',
  DBClusterParameterGroupName: 'cluster-pg',
};

/** Calls that name nothing ask for all of a kind, and need the right to all of it. */
const RDS_LISTINGS: Readonly<Record<string, string>> = {
  DescribeDBClusters: 'cluster',
  DescribeDBInstances: 'db',
  DescribeDBClusterSnapshots: 'cluster-snapshot',
  DescribeDBSubnetGroups: 'subgrp',
  DescribeDBClusterParameterGroups: 'cluster-pg',
};

/** Where a request makes a resource that can carry tags: naming tags needs the right to add them. */
const MADE: Readonly<Record<string, string>> = {
  CreateDBClusterSnapshot: 'DBClusterSnapshotIdentifier',
  CopyDBClusterSnapshot: 'TargetDBClusterSnapshotIdentifier',
  RestoreDBClusterFromSnapshot: 'DBClusterIdentifier',
  RestoreDBClusterToPointInTime: 'DBClusterIdentifier',
  CreateDBInstance: 'DBInstanceIdentifier',
  CreateDBClusterParameterGroup: 'DBClusterParameterGroupName',
};

const arnOf = (call: Call, kind: string, name: string): string =>
  name.startsWith('arn:') ? name : `arn:aws:rds:${call.region}:${call.account}:${kind}:${name.toLowerCase()}`;

/**
 * RDS looks at a key in its caller's name before it makes itself a grant for it (Overview.Encryption.Keys.html), and
 * answers a fault of its own when it may not.
 */
const keyNeeds = (call: Call, region: string, key: string, around: Surroundings): readonly Need[] =>
  ['kms:DescribeKey', 'kms:CreateGrant'].map((action) => ({
    ...need(call, action, key, {
      'aws:requestedregion': region,
      'kms:viaservice': `rds.${region}.amazonaws.com`,
      'kms:grantisforawsresource': 'true',
      'kms:resourcealiases': around.keyAliases(key),
    }),
    refusedAs: 'KMSKeyNotAccessibleFault',
  }));

function keysUsed(operation: string, input: Input, call: Call, around: Surroundings): readonly Need[] {
  const used = new Map<string, string>();
  const add = (region: string, key: string | undefined) => {
    if (key !== undefined) used.set(around.resolveKey(region, key), region);
  };
  const of = (kind: 'cluster' | 'cluster-snapshot', member: string, region = call.region) => {
    const name = text(input[member]);
    if (name !== undefined) add(region, around.databaseKey(region, kind, name));
  };
  switch (operation) {
    case 'CreateDBClusterSnapshot':
    case 'CreateDBInstance':
      of('cluster', 'DBClusterIdentifier');
      break;
    case 'RestoreDBClusterToPointInTime':
      of('cluster', 'SourceDBClusterIdentifier');
      add(call.region, text(input['KmsKeyId']));
      break;
    case 'RestoreDBClusterFromSnapshot':
      of('cluster-snapshot', 'SnapshotIdentifier');
      add(call.region, text(input['KmsKeyId']));
      break;
    case 'CopyDBClusterSnapshot': {
      const source = text(input['SourceDBClusterSnapshotIdentifier']) ?? '';
      const from = source.startsWith('arn:') ? (source.split(':')[3] ?? call.region) : call.region;
      of('cluster-snapshot', 'SourceDBClusterSnapshotIdentifier', from);
      add(call.region, text(input['KmsKeyId']));
      break;
    }
    default:
  }
  return [...used].flatMap(([key, region]) => keyNeeds(call, region, key, around));
}

/** RDS's operations by the resources they name, the tags they give and the keys they use. */
export const rds: Describe = (operation, input, call, around) => {
  const resources = Object.entries(RDS_RESOURCES).flatMap(([member, kind]) => {
    const name = text(input[member]);
    return name === undefined ? [] : [arnOf(call, kind, name)];
  });
  const named = text(input['ResourceName']) ?? text(input['ResourceArn']);
  const kind = RDS_LISTINGS[operation];
  const unnamed = kind === undefined ? '*' : arnOf(call, kind, '*');
  const all = named === undefined ? resources : [named];
  const made = MADE[operation];
  const tags = (input['Tags'] ?? []) as readonly object[];
  const tagged = made !== undefined && (tags.length > 0 || input['CopyTags'] === true);
  const tagsOf = (resource: string): Need['context'] =>
    Object.fromEntries(
      [...(around.databaseTags(resource) ?? [])].map(([key, value]) => [
        `aws:resourcetag/${key.toLowerCase()}`,
        value,
      ]),
    );
  return [
    ...(all.length > 0 ? all : [unnamed]).map((resource) =>
      need(call, `rds:${operation}`, resource, tagsOf(resource)),
    ),
    ...(tagged
      ? [need(call, 'rds:AddTagsToResource', arnOf(call, RDS_RESOURCES[made]!, String(input[made])))]
      : []),
    ...keysUsed(operation, input, call, around),
  ];
};
