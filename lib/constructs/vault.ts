import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
  type LifecycleRule,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Installation } from '../../core/plan/installation.ts';
import { days } from '../../core/time/instant.ts';
import { followersOf } from '../config/followed-logs.ts';
import type { Site } from '../config/settings.ts';
import { bucketArn, vaultName } from '../names.ts';
import { vaultStatements } from './vault-policy.ts';
import { letGuestsUse } from './vault-tidb.ts';

export interface VaultProps {
  readonly site: Site;
  readonly key: IKey;
  readonly accessLogs: IBucket;
}

/** Hidden versions stay at least this long, whatever the plans say: long enough to notice a mistake and come back. */
const HIDDEN_DAYS_MIN = 7;
/** Plan shards and other scratch are worthless once their execution has ended. */
const WORK_DAYS = 7;
const UPLOAD_DAYS = 7;

/** The bucket that recovery points lie in: versioned, locked, under its own key, and closed to deletion. */
export class Vault extends Construct {
  readonly resource: Bucket;

  constructor(scope: Construct, id: string, { site, key, accessLogs }: VaultProps) {
    super(scope, id);
    const { installation, account, region } = site;
    this.resource = new Bucket(this, 'Resource', {
      bucketName: vaultName(account, region),
      versioned: true,
      objectLockEnabled: true,
      ...defaultRetention(installation),
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      // Fewer calls to KMS, and the bucket's ARN as encryption context: roles are let in by that.
      bucketKeyEnabled: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'vault/',
      lifecycleRules: lifecycle(installation),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // CDK's own switch for it deploys a function that the template can do without.
    if (followersOf(site).length > 0)
      (this.resource.node.defaultChild as CfnBucket).notificationConfiguration = {
        eventBridgeConfiguration: { eventBridgeEnabled: true },
      };
    for (const statement of vaultStatements({ site, bucketArn: this.resource.bucketArn }))
      this.resource.addToResourcePolicy(statement);
    letGuestsUse(key, site, bucketArn(vaultName(account, region)));
  }
}

function defaultRetention({ vaultLock }: Installation): { objectLockDefaultRetention?: ObjectLockRetention } {
  if (!vaultLock) return {};
  const period = Duration.days(vaultLock.retain / days(1));
  return {
    objectLockDefaultRetention:
      vaultLock.mode === 'compliance'
        ? ObjectLockRetention.compliance(period)
        : ObjectLockRetention.governance(period),
  };
}

/** The only thing that ever removes bytes. Locked versions are skipped until their lock ends. */
function lifecycle({ plans }: Installation): LifecycleRule[] {
  const longestGrace = Math.max(...plans.map(({ grace }) => Math.ceil(grace / days(1))));
  return [
    {
      id: 'RemoveHiddenVersions',
      noncurrentVersionExpiration: Duration.days(Math.max(HIDDEN_DAYS_MIN, longestGrace)),
    },
    { id: 'RemoveLoneDeleteMarkers', expiredObjectDeleteMarker: true },
    { id: 'AbortUnfinishedUploads', abortIncompleteMultipartUploadAfter: Duration.days(UPLOAD_DAYS) },
    { id: 'ExpireWork', prefix: 'work/', expiration: Duration.days(WORK_DAYS) },
  ];
}
