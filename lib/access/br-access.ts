import type { IRole } from 'aws-cdk-lib/aws-iam';
import { isProtectedAt, type Site } from '../config/settings.ts';
import { storedBy, type TidbHere, takenAwayByBr } from '../config/tidb.ts';
import { anyKeyArn, brLogStreamsArn, bucketArn, vaultName } from '../names.ts';
import { allowSecrets } from './secret-access.ts';
import { allow } from './statement.ts';
import { KEY_BY_USE } from './vault-access.ts';

const IN_ITS_FOLDER =
  'BR lays out what it stores below the folders of its own cluster, under recovery points and logs that do not exist yet';

/** What BR of one cluster, and ECS on its behalf, may do in one region. */
export class BrAccess {
  readonly #site: Site;
  readonly #here: TidbHere;
  readonly #bucket: string;

  constructor(site: Site, here: TidbHere) {
    this.#site = site;
    this.#here = here;
    this.#bucket = bucketArn(vaultName(site.account, site.region));
  }

  /** ECS, before the container runs: carries its log, and gives it the secret of this cluster. */
  grantStart(role: IRole): void {
    const { account, region } = this.#site;
    allow(role, {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [brLogStreamsArn(account, region, this.#here.cluster.name)],
      because: 'a log stream carries the id that ECS gives to its task',
    });
    const { tls } = this.#here.reach;
    allowSecrets(role, this.#site, tls === undefined ? [] : [tls]);
  }

  /**
   * BR itself: reads what it and TiKV stored of its cluster. Where the cluster is protected it stores recovery points; the log's folder it writes to
   * everywhere, because truncating it and restoring from it take locks there. What it takes away becomes a version that
   * the vault's lifecycle removes later: no role may delete a version.
   */
  grantWork(role: IRole): void {
    const { name } = this.#here.cluster;
    const written = isProtectedAt(this.#site, name) ? storedBy(name) : [`${name}/log/*`];
    this.#list(role, name);
    // BR asks whether the bucket locks, and then sends the checksums that S3 wants there.
    allow(role, { actions: ['s3:GetBucketObjectLockConfiguration'], resources: [this.#bucket] });
    this.#objects(role, ['s3:GetObject'], storedBy(name));
    this.#objects(role, ['s3:PutObject', 's3:AbortMultipartUpload'], written);
    this.#objects(
      role,
      ['s3:DeleteObject'],
      takenAwayByBr(this.#site, name),
      'BR takes away its own notes: the progress of a backup that is complete, the locks and the truncated files of a log; never a file of a recovery point',
    );
    this.#key(role);
  }

  /**
   * For listings, and for S3 to say of a missing object that it is missing. Whether the name of such an object is held
   * against the condition is written nowhere: with `IfExists` it is fine either way.
   */
  #list(role: IRole, name: string): void {
    allow(role, {
      actions: ['s3:ListBucket'],
      resources: [this.#bucket],
      conditions: { StringLikeIfExists: { 's3:prefix': `${name}/*` } },
    });
  }

  #objects(role: IRole, actions: readonly string[], keys: readonly string[], because = IN_ITS_FOLDER): void {
    allow(role, { actions, resources: keys.map((key) => `${this.#bucket}/${key}`), because });
  }

  /** Parts of an upload are decrypted to be joined (AmazonS3/latest/userguide/mpuoverview.html). */
  #key(role: IRole): void {
    const { account, region } = this.#site;
    allow(role, {
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [anyKeyArn(account, region)],
      conditions: {
        StringEquals: {
          'kms:ViaService': `s3.${region}.amazonaws.com`,
          'kms:EncryptionContext:aws:s3:arn': this.#bucket,
        },
      },
      because: KEY_BY_USE,
    });
  }
}
