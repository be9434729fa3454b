import type { IRole } from 'aws-cdk-lib/aws-iam';
import { type MilvusHere, metaOfMilvus, milvusAt, storedByMilvus } from '../config/milvus.ts';
import type { Site } from '../config/settings.ts';
import { anyKeyArn, bucketArn, milvusLogStreamsArn, reachFunctionArn, vaultName } from '../names.ts';
import { allowSecrets } from './secret-access.ts';
import { allow } from './statement.ts';
import { KEY_BY_USE } from './vault-access.ts';

const IN_ITS_FOLDER =
  'milvus-backup lays out what it stores below the folders of its own cluster, under recovery points that do not exist yet';
const OF_MILVUS = 'Milvus names its logs itself, below the root path of its own bucket';
const THROUGH_MILVUS =
  "a restore passes through a folder of Milvus's own bucket, which the tool names after a task of its own and removes again";
/** What a restore copies into Milvus's bucket lies below this, and is removed by the tool. */
const TEMPORARY = 'restore-temp-*';

/** What milvus-backup of the clusters of one region may do, and who speaks to Milvus itself. */
export class MilvusAccess {
  readonly #site: Site;
  readonly #vault: string;

  constructor(site: Site) {
    this.#site = site;
    this.#vault = bucketArn(vaultName(site.account, site.region));
  }

  /** Speaks to the Milvus clusters that restores fill, through the functions that stand in their networks. */
  grantSpeak(role: IRole): void {
    const { account, region } = this.#site;
    allow(role, {
      actions: ['lambda:InvokeFunction'],
      resources: milvusAt(this.#site).map(({ cluster, targetEnd }) =>
        reachFunctionArn(account, region, targetEnd, cluster.name),
      ),
    });
  }

  /** Reads what the tool says of a backup, to compare it with what lies there. */
  grantReadMeta(role: IRole): void {
    const clusters = milvusAt(this.#site).filter(({ source }) => source !== undefined);
    allow(role, {
      actions: ['s3:GetObject'],
      resources: clusters.map(({ cluster }) => `${this.#vault}/${metaOfMilvus(cluster.name)}`),
      because: IN_ITS_FOLDER,
    });
  }

  /** ECS, before the container runs: carries its log, and gives it the user and password of this cluster. */
  grantStart(role: IRole, { cluster, reach: { secret } }: MilvusHere): void {
    const { account, region } = this.#site;
    allow(role, {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [milvusLogStreamsArn(account, region, cluster.name)],
      because: 'a log stream carries the id that ECS gives to its task',
    });
    allowSecrets(role, this.#site, secret === undefined ? [] : [secret]);
  }

  /** The tool itself: S3 copies from Milvus's bucket into the vault at its word, and back through Milvus's bucket. */
  grantWork(role: IRole, { cluster: { name }, source, target }: MilvusHere): void {
    // It begins with a listing of one key of the bucket, whichever that is, and would make the bucket if there were none.
    this.#list(role, this.#vault, '', `${name}/*`);
    const items = [`${this.#vault}/${storedByMilvus(name)}`];
    allow(role, { actions: ['s3:GetObject'], resources: items, because: IN_ITS_FOLDER });
    if (source)
      allow(role, {
        actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
        resources: items,
        because: IN_ITS_FOLDER,
      });
    this.#key(role, source ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'], [this.#vault]);
    if (source) this.#backUp(role, bucketArn(source.bucket), source.rootPath);
    this.#restore(role, bucketArn(target.bucket));
  }

  #backUp(role: IRole, bucket: string, rootPath: string): void {
    this.#list(role, bucket, `${rootPath}/*`);
    allow(role, { actions: ['s3:GetObject'], resources: [`${bucket}/${rootPath}/*`], because: OF_MILVUS });
    this.#key(role, ['kms:Decrypt'], [bucket, `${bucket}/*`]);
  }

  #restore(role: IRole, bucket: string): void {
    this.#list(role, bucket, TEMPORARY);
    allow(role, {
      actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'],
      resources: [`${bucket}/${TEMPORARY}`],
      because: THROUGH_MILVUS,
    });
    this.#key(role, ['kms:Decrypt', 'kms:GenerateDataKey'], [bucket, `${bucket}/*`]);
  }

  #list(role: IRole, bucket: string, ...prefixes: readonly string[]): void {
    allow(role, {
      actions: ['s3:ListBucket'],
      resources: [bucket],
      conditions: { StringLikeIfExists: { 's3:prefix': prefixes.length === 1 ? prefixes[0]! : prefixes } },
    });
  }

  /** Whose key Milvus's bucket has, only the bucket knows; the encryption context says that it is used for this bucket. */
  #key(role: IRole, actions: readonly string[], contexts: readonly string[]): void {
    const { account, region } = this.#site;
    allow(role, {
      actions,
      resources: [anyKeyArn(account, region)],
      conditions: {
        StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
        StringLike: { 'kms:EncryptionContext:aws:s3:arn': contexts.length === 1 ? contexts[0]! : contexts },
      },
      because: KEY_BY_USE,
    });
  }
}
