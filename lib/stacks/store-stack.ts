import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Site } from '../config/settings.ts';
import { Vault } from '../constructs/vault.ts';
import { accessLogsName, landingName, RECEIPTS_KEY_ALIAS, VAULT_KEY_ALIAS } from '../names.ts';

const ACCESS_LOG_DAYS = 400;
const UPLOAD_DAYS = 7;

/** What a region keeps: its vault with its key, the key that signs receipts, the bucket where restores land, and who accessed them. */
export class StoreStack extends Stack {
  constructor(scope: Construct, id: string, site: Site) {
    super(scope, id, {
      env: { account: site.account, region: site.region },
      description: `Holdfast: the vault of ${site.region}`,
      terminationProtection: true,
    });
    const closed = {
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    // CDK's own Bucket does not fit its IBucket under exactOptionalPropertyTypes; the cast is the way across.
    const accessLogs: IBucket = new Bucket(this, 'AccessLogs', {
      ...closed,
      bucketName: accessLogsName(site.account, site.region),
      // S3's log delivery writes under no key but S3's own.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ id: 'ExpireLogs', expiration: Duration.days(ACCESS_LOG_DAYS) }],
    }) as IBucket;
    const key = new Key(this, 'Key', {
      description: `Holdfast: everything in the vault of ${site.region}. Without it, nothing there can be restored.`,
      alias: VAULT_KEY_ALIAS,
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new Key(this, 'ReceiptsKey', {
      description: `Holdfast: signs the receipts of drills and restores in ${site.region}. Without it there are no new ones.`,
      alias: RECEIPTS_KEY_ALIAS,
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new Vault(this, 'Vault', { site, key, accessLogs });
    new Bucket(this, 'Landing', {
      ...closed,
      bucketName: landingName(site.account, site.region),
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'restored/',
      lifecycleRules: [
        { id: 'AbortUnfinishedUploads', abortIncompleteMultipartUploadAfter: Duration.days(UPLOAD_DAYS) },
      ],
    });
  }
}
