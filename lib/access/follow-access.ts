import type { IRole } from 'aws-cdk-lib/aws-iam';
import { followedAt } from '../config/followed-logs.ts';
import type { Site } from '../config/settings.ts';
import { anyKeyArn, bucketArn, vaultName } from '../names.ts';
import { allow } from './statement.ts';
import { KEY_BY_USE } from './vault-access.ts';

const NAMED_BY_THE_ENGINE = 'chains of a log are named as they begin, and the engine names its files';

/** Logs that follow from the primary's vault into this region's: read there, written here, and taken away nowhere. */
export class FollowAccess {
  readonly #site: Site;
  readonly #folders: readonly string[];

  constructor(site: Site) {
    this.#site = site;
    this.#folders = followedAt(site).map(({ name }) => `${name}/log/*`);
  }

  grantFollow(role: IRole): void {
    const { region, installation } = this.#site;
    const { primary } = installation.regions;
    this.#listVersions(role, primary);
    this.#objects(role, primary, ['s3:GetObject', 's3:GetObjectVersion']);
    this.#key(role, primary, ['kms:Decrypt']);
    this.#listVersions(role, region);
    // Listing tells missing from denied, and such a question carries no prefix that a condition could hold it to.
    if (this.#folders.length > 0)
      allow(role, { actions: ['s3:ListBucket'], resources: [this.#vault(region)] });
    this.#objects(role, region, ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload']);
    this.#key(role, region, ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  #listVersions(role: IRole, region: string): void {
    if (this.#folders.length === 0) return;
    allow(role, {
      actions: ['s3:ListBucketVersions'],
      resources: [this.#vault(region)],
      conditions: { StringLike: { 's3:prefix': this.#folders } },
    });
  }

  #objects(role: IRole, region: string, actions: readonly string[]): void {
    allow(role, {
      actions,
      resources: this.#folders.map((folder) => `${this.#vault(region)}/${folder}`),
      because: NAMED_BY_THE_ENGINE,
    });
  }

  #key(role: IRole, region: string, actions: readonly string[]): void {
    if (this.#folders.length === 0) return;
    allow(role, {
      actions,
      resources: [anyKeyArn(this.#site.account, region)],
      conditions: {
        StringEquals: {
          'kms:ViaService': `s3.${region}.amazonaws.com`,
          'kms:EncryptionContext:aws:s3:arn': this.#vault(region),
        },
      },
      because: KEY_BY_USE,
    });
  }

  #vault = (region: string): string => bucketArn(vaultName(this.#site.account, region));
}
