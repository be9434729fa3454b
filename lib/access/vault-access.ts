import type { IRole } from 'aws-cdk-lib/aws-iam';
import { anyKeyArn, bucketArn, vaultName } from '../names.ts';
import { allow } from './statement.ts';

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

  /** Manifests: indexes, final shards, and the plan shards of captures under way. Listing tells missing from denied. */
  grantReadManifests(role: IRole): void {
    allow(role, ['s3:GetObject'], [`${this.#bucket}/*/manifest/*`, `${this.#bucket}/work/*`]);
    allow(role, ['s3:ListBucket'], [this.#bucket]);
    this.#key(role, ['kms:Decrypt']);
  }

  /** Shards and plan shards, before a recovery point is sealed, and the index that closes it. */
  grantWriteManifests(role: IRole): void {
    this.grantReadManifests(role);
    allow(role, ['s3:PutObject'], [`${this.#bucket}/*/manifest/*`, `${this.#bucket}/work/*`]);
    this.#key(role, ['kms:GenerateDataKey']);
  }

  /** Notes of Holdfast's own: expiry plans, watch marks. */
  grantNotes(role: IRole): void {
    allow(role, ['s3:GetObject', 's3:PutObject'], [`${this.#bucket}/work/*`]);
    allow(role, ['s3:ListBucket'], [this.#bucket]);
    this.#key(role, ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  /** Items: what clusters' bytes became. Copied on the side of S3, in parts when they are large. */
  grantStoreItems(role: IRole): void {
    this.grantWriteManifests(role);
    allow(
      role,
      ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload'],
      this.#items,
    );
  }

  grantReadItems(role: IRole): void {
    this.grantReadManifests(role);
    allow(
      role,
      ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTagging', 's3:GetObjectVersionTagging'],
      this.#items,
    );
  }

  /** Hides what a recovery point named. The bucket's lifecycle removes it later; no role may delete a version. */
  grantDiscard(role: IRole): void {
    this.grantReadManifests(role);
    allow(role, ['s3:DeleteObject'], [`${this.#bucket}/*`]);
  }

  get #items(): readonly string[] {
    return [`${this.#bucket}/*/data/*`, `${this.#bucket}/*/long/*`];
  }

  /** With bucket keys, S3 gives the bucket's ARN as encryption context: that is how the key is found from afar. */
  #key(role: IRole, actions: readonly string[]): void {
    allow(role, actions, [anyKeyArn(this.#account, this.#region)], {
      StringEquals: {
        'kms:ViaService': `s3.${this.#region}.amazonaws.com`,
        'kms:EncryptionContext:aws:s3:arn': this.#bucket,
      },
    });
  }
}
