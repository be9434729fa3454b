import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { TaskName } from '../../workflows/contracts/tasks.ts';
import { captures, isPrimary, type Site } from '../config/settings.ts';
import { everyRoleArn, roleArn } from '../names.ts';
import { dorisConfinements, dorisHiders, dorisWriters } from './vault-doris.ts';
import { milvusConfinements, milvusWriters } from './vault-milvus.ts';
import {
  type Confinement,
  confinements,
  guestStatements,
  openClusters,
  tidbHiders,
  tidbWriters,
} from './vault-tidb.ts';

/** Hide objects of recovery points whose grace has ended, and those that no recovery point names. */
const DISCARDERS: readonly TaskName[] = ['DiscardExpired', 'DiscardUnclaimed'];
/** Hide what an unfinished capture left. */
const ABANDONERS: readonly TaskName[] = ['DiscardPartialCapture', 'CloseStoppedExecution'];

/** Put sound bytes over those that rotted, in their own region. */
const MENDERS: readonly TaskName[] = ['MendRot'];

/** What would weaken a vault from inside: none of Holdfast's own roles may do it, whatever else they are given. */
const WEAKENING = [
  's3:BypassGovernanceRetention',
  's3:DeleteBucket',
  's3:DeleteBucketPolicy',
  's3:PutBucketAcl',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutObjectAcl',
  's3:PutObjectLegalHold',
  's3:ReplicateDelete',
];

interface VaultStatementsProps {
  readonly site: Site;
  readonly bucketArn: string;
}

/**
 * Denials that no permission elsewhere can outvote, and what lets TiKV in. An administrator can still change this policy
 * first, and leaves a trace by doing so. Lifecycle rules are S3's own doing and are not stopped by a bucket policy.
 */
export function vaultStatements({ site, bucketArn }: VaultStatementsProps): PolicyStatement[] {
  const { account, region } = site;
  const objects = `${bucketArn}/*`;
  const rolesOf = (where: string, tasks: readonly TaskName[]): string[] =>
    tasks.map((task) => roleArn(account, where, task));
  // Captures, and copies to other vaults, are made where the clusters are, or may come.
  const hiders = [
    ...rolesOf(region, captures(site) ? [...DISCARDERS, ...ABANDONERS] : DISCARDERS),
    ...tidbHiders(site),
    ...dorisHiders(site),
  ];
  const writers = [
    ...(captures(site) ? rolesOf(region, ['CaptureShard']) : []),
    ...capturingInto(site).flatMap((where) => rolesOf(where, ['CopyShard'])),
    ...rolesOf(region, MENDERS),
    ...tidbWriters(site),
    ...dorisWriters(site),
    ...milvusWriters(site),
  ];
  const items = itemsOf(site).map((key) => `${bucketArn}/${key}`);
  const deny = (
    sid: string,
    actions: readonly string[],
    resources: readonly string[],
    conditions: Record<string, Record<string, unknown>> = {},
  ): PolicyStatement =>
    new PolicyStatement({
      sid,
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: [...actions],
      resources: [...resources],
      conditions,
    });
  return [
    deny('OnlyDiscardersHide', ['s3:DeleteObject'], [objects], {
      ArnNotEquals: { 'aws:PrincipalArn': hiders },
    }),
    deny('NobodyDeletesVersions', ['s3:DeleteObjectVersion', 's3:DeleteObjectVersionTagging'], [objects]),
    ...(items.length > 0
      ? [
          deny('OnlyWritersStoreItems', ['s3:PutObject'], items, {
            ArnNotEquals: { 'aws:PrincipalArn': writers },
          }),
        ]
      : []),
    ...confinements(site, bucketArn).map(confined('Tidb')),
    ...dorisConfinements(site, bucketArn).map(confined('Doris')),
    ...milvusConfinements(site, bucketArn).map(confined('Milvus')),
    ...guestStatements(site, bucketArn),
    deny('NobodyHidesReceipts', ['s3:DeleteObject'], [`${bucketArn}/receipts/*`]),
    // Receipts are locked as they are written, which nobody can take back; of anything else no lock is touched.
    new PolicyStatement({
      sid: 'HoldfastLocksReceiptsOnly',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:PutObjectRetention'],
      notResources: [`${bucketArn}/receipts/*`],
      conditions: { ArnLike: { 'aws:PrincipalArn': everyRoleArn(account) } },
    }),
    deny('HoldfastNeverWeakensIt', WEAKENING, [bucketArn, objects], {
      ArnLike: { 'aws:PrincipalArn': everyRoleArn(account) },
    }),
  ];
}

/** The other regions that recovery points come from. */
function capturingInto(site: Site): readonly string[] {
  const { installation, region } = site;
  const { primary } = installation.regions;
  return isPrimary(site)
    ? [...new Set(installation.groups.map(({ to }) => to))]
    : [primary].filter((one) => one !== region);
}

const confined =
  (whose: string) =>
  ({ does, action, role, except }: Confinement, n: number): PolicyStatement =>
    new PolicyStatement({
      sid: `${whose}OnlyOwn${does}${n}`,
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: [action],
      notResources: [...except],
      conditions: { ArnEquals: { 'aws:PrincipalArn': role } },
    });

/**
 * Where items lie: anywhere, or, when some cluster's writer is not known by name, below every other cluster that is
 * configured.
 */
function itemsOf(site: Site): readonly string[] {
  const open = openClusters(site);
  if (open.length === 0) return ['*/data/*', '*/long/*'];
  return site.installation.clusters
    .filter(({ name }) => !open.includes(name))
    .flatMap(({ name }) => [`${name}/*/data/*`, `${name}/*/long/*`]);
}
