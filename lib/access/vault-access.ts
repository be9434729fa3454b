import type { IRole } from 'aws-cdk-lib/aws-iam';
import { anyKeyArn, bucketArn, vaultName } from '../names.ts';
import { allow } from './statement.ts';

const MANIFESTS = ['*/manifest/*'];
const WORK = ['work/*'];
const HASHED = ['*/long/*'];
const RECEIPTS = ['receipts/*'];
const ITEMS = ['*/data/*', ...HASHED];

export const KEY_BY_USE =
  'a key is named by what it is used for, in the conditions: its id is known only where it was made, and roles of another region use it too';

/**
 * What may be done in one region's vault, in the words of the work. Reached by name, so that a role in the primary
 * can hold it for a vault that lies elsewhere.
 */
export class VaultAccess {
  readonly #account: string;
  readonly #region: string;
  readonly #bucket: string;

  constructor(account: string, region: string) {
    this.#account = account;
    this.#region = region;
    this.#bucket = bucketArn(vaultName(account, region));
  }

  /** Sees names, and nothing of what lies behind them. */
  grantLook(role: IRole): void {
    allow(role, { actions: ['s3:ListBucket'], resources: [this.#bucket] });
  }

  /** Manifests: indexes and shards. Listing tells missing from denied. */
  grantReadManifests(role: IRole): void {
    this.#objects(role, ['s3:GetObject'], MANIFESTS);
    this.#list(role);
    this.#key(role, ['kms:Decrypt']);
  }

  /** Shards, and the index that closes them. */
  grantWriteManifests(role: IRole): void {
    this.grantReadManifests(role);
    this.#objects(role, ['s3:PutObject'], MANIFESTS);
    this.#key(role, ['kms:GenerateDataKey']);
  }

  /** Notes of Holdfast's own: plan shards of what is under way, expiry plans, watch marks. */
  grantReadNotes(role: IRole): void {
    this.#objects(role, ['s3:GetObject'], WORK);
    this.#list(role);
    this.#key(role, ['kms:Decrypt']);
  }

  grantNotes(role: IRole): void {
    this.grantReadNotes(role);
    this.grantLeaveNotes(role);
  }

  /** Writes them for others to read. */
  grantLeaveNotes(role: IRole): void {
    this.#objects(role, ['s3:PutObject'], WORK);
    this.#key(role, ['kms:GenerateDataKey']);
  }

  /** Items: what clusters' bytes became. Copied on the side of S3, in parts when they are large. */
  grantStoreItems(role: IRole): void {
    this.grantReadNotes(role);
    this.#objects(role, ['s3:PutObject'], MANIFESTS);
    this.#key(role, ['kms:GenerateDataKey']);
    this.#objects(
      role,
      ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload'],
      ITEMS,
    );
  }

  /** Asks what S3 says about items that no listing shows in a useful order: those under hashed keys. */
  grantCheckItems(role: IRole): void {
    this.grantReadManifests(role);
    this.#objects(role, ['s3:GetObject'], HASHED);
  }

  /** Copies items from here to elsewhere, with the tags that their owner gave them. */
  grantReadItems(role: IRole): void {
    this.grantReadManifests(role);
    this.#objects(role, ['s3:GetObject', 's3:GetObjectTagging'], ITEMS);
  }

  /** Reads every byte of manifests and items, and nothing else about them. */
  grantReadBytes(role: IRole): void {
    this.grantReadManifests(role);
    this.#objects(role, ['s3:GetObject'], ITEMS);
  }

  /** Puts sound bytes over what is missing or rotten. What was there stays behind them as a version. */
  grantMend(role: IRole): void {
    this.grantWriteManifests(role);
    this.#objects(role, ['s3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload'], ITEMS);
  }

  /** Copies from here what lies here, or was hidden here within the last days. */
  grantReadTwins(role: IRole): void {
    this.grantReadItems(role);
    allow(role, { actions: ['s3:ListBucketVersions'], resources: [this.#bucket] });
    this.#objects(role, ['s3:GetObjectVersion'], [...MANIFESTS, ...ITEMS]);
    this.#objects(role, ['s3:GetObjectVersionTagging'], ITEMS);
  }

  /** Adds to the chain of receipts and reads in it. Retention can be set and made longer, and shortened by nobody. */
  grantWriteReceipts(role: IRole): void {
    this.#list(role);
    this.#objects(role, ['s3:GetObject', 's3:PutObject', 's3:PutObjectRetention'], RECEIPTS);
    this.#key(role, ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  grantReadReceipts(role: IRole): void {
    this.#list(role);
    this.#objects(role, ['s3:GetObject'], RECEIPTS);
    this.#key(role, ['kms:Decrypt']);
  }

  /** Hides what a recovery point named. The bucket's lifecycle removes it later; no role may delete a version. */
  grantHide(role: IRole): void {
    this.#list(role);
    this.#objects(role, ['s3:DeleteObject'], ['*']);
  }

  #objects(role: IRole, actions: readonly string[], keys: readonly string[]): void {
    allow(role, {
      actions,
      resources: keys.map((key) => `${this.#bucket}/${key}`),
      because:
        'keys of a vault carry clusters and recovery points that do not exist yet when this is deployed',
    });
  }

  #list(role: IRole): void {
    allow(role, { actions: ['s3:ListBucket'], resources: [this.#bucket] });
  }

  /** With bucket keys, S3 gives the bucket's ARN as encryption context: that is how the key is found from afar. */
  #key(role: IRole, actions: readonly string[]): void {
    allow(role, {
      actions,
      resources: [anyKeyArn(this.#account, this.#region)],
      conditions: {
        StringEquals: {
          'kms:ViaService': `s3.${this.#region}.amazonaws.com`,
          'kms:EncryptionContext:aws:s3:arn': this.#bucket,
        },
      },
      because: KEY_BY_USE,
    });
  }
}
