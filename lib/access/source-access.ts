import type { IRole } from 'aws-cdk-lib/aws-iam';
import { DRILL_FOLDER } from '../../core/drills/isolation.ts';
import { groupOf, type ObjectsCluster } from '../../core/plan/installation.ts';
import type { Site } from '../config/settings.ts';
import { anyKeyArn, bucketArn, landingName } from '../names.ts';
import { allow } from './statement.ts';
import { KEY_BY_USE } from './vault-access.ts';

const isObjects = (cluster: { readonly engine: string }): cluster is ObjectsCluster =>
  cluster.engine === 'objects';

/** The buckets that `objects` clusters live in, and those that they are restored into. Never a vault. */
export class SourceAccess {
  readonly #site: Site;
  readonly #clusters: readonly ObjectsCluster[];

  constructor(site: Site) {
    this.#site = site;
    this.#clusters = site.installation.clusters.filter(isObjects);
  }

  /** Lists exact versions, to pin them. */
  grantList(role: IRole): void {
    allow(role, {
      actions: ['s3:ListBucketVersions', 's3:GetBucketVersioning'],
      resources: [...new Set(this.#clusters.map(({ bucket }) => bucketArn(bucket)))],
    });
  }

  /** Reads exact versions, under the key that their owner chose. Listing tells a version that is gone from a denial. */
  grantReadVersions(role: IRole): void {
    allow(role, {
      actions: ['s3:ListBucket', 's3:ListBucketVersions'],
      resources: [...new Set(this.#clusters.map(({ bucket }) => bucketArn(bucket)))],
    });
    allow(role, {
      actions: ['s3:GetObjectVersion', 's3:GetObjectVersionTagging'],
      resources: [...new Set(this.#clusters.map(({ bucket, prefix }) => `${bucketArn(bucket)}/${prefix}*`))],
      because: 'a cluster is all objects under its prefix',
    });
    this.#key(
      role,
      ['kms:Decrypt'],
      this.#clusters.map(({ bucket }) => bucket),
    );
  }

  grantLookAtTargets(role: IRole): void {
    allow(role, { actions: ['s3:ListBucket'], resources: this.#targets.map(bucketArn) });
    allow(role, {
      actions: ['s3:GetBucketVersioning'],
      resources: [...new Set(this.#behind.map(({ bucket }) => bucketArn(bucket)))],
    });
  }

  /** Writes restored objects. A target that the configuration does not name is out of reach. */
  grantRestoreInto(role: IRole): void {
    this.grantLookAtTargets(role);
    this.#targetObjects(role, [
      's3:GetObject',
      's3:PutObject',
      's3:PutObjectTagging',
      's3:AbortMultipartUpload',
    ]);
    this.#key(role, ['kms:Decrypt', 'kms:GenerateDataKey'], this.#targets);
    const behind = this.#behind;
    if (behind.length === 0) return;
    allow(role, {
      actions: ['s3:DeleteObject'],
      resources: behind.map(({ bucket, prefix }) => `${bucketArn(bucket)}/${prefix}*`),
      because:
        'what was left behind is hidden when a cluster changes sides: the bucket keeps it as a version',
    });
  }

  /** The places of grouped clusters here that may fall behind the other side, and are brought up to it. */
  get #behind(): readonly { readonly bucket: string; readonly prefix: string }[] {
    const { region, installation } = this.#site;
    return this.#clusters.flatMap(({ name, bucket, prefix, restoreInto }) => {
      const group = groupOf(installation, name);
      if (group && region === installation.regions.primary) return [{ bucket, prefix }];
      const away = group?.to === region ? restoreInto[region]?.bucket : undefined;
      return away === undefined ? [] : [{ bucket: away, prefix }];
    });
  }

  /** Reads a restored object, and hears of one that is not there that it is missing. */
  grantReadRestored(role: IRole): void {
    this.grantLookAtTargets(role);
    this.#targetObjects(role, ['s3:GetObject']);
    this.#key(role, ['kms:Decrypt'], this.#targets);
  }

  /** Removes what drills restored, of every version, below the folder that is theirs alone. Never where a cluster is. */
  grantTearDown(role: IRole): void {
    const { account, region } = this.#site;
    const named = this.#clusters.flatMap(({ drillInto }) => drillInto?.[region]?.bucket ?? []);
    const own = new Set(this.#clusters.map(({ bucket }) => bucket));
    const buckets = [...new Set([landingName(account, region), ...named])].filter((name) => !own.has(name));
    allow(role, { actions: ['s3:ListBucketVersions'], resources: buckets.map(bucketArn) });
    allow(role, {
      actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
      resources: buckets.map((bucket) => `${bucketArn(bucket)}/${DRILL_FOLDER}drill-*`),
      because: 'drills are named as they start; the folder says that what lies in it is a drill’s',
    });
  }

  #targetObjects(role: IRole, actions: readonly string[]): void {
    allow(role, {
      actions,
      resources: this.#targets.map((bucket) => `${bucketArn(bucket)}/*`),
      because:
        'a restore writes whatever keys the recovery point holds, under a prefix that its request names',
    });
  }

  /** The landing bucket, what `restoreInto` names for this region, and in the primary the clusters' own buckets. */
  get #targets(): readonly string[] {
    const { account, region, installation } = this.#site;
    const home = region === installation.regions.primary ? this.#clusters.map(({ bucket }) => bucket) : [];
    const named = this.#clusters.flatMap(({ restoreInto, drillInto }) => [
      ...(restoreInto[region]?.bucket === undefined ? [] : [restoreInto[region].bucket]),
      ...(drillInto?.[region]?.bucket === undefined ? [] : [drillInto[region].bucket]),
    ]);
    return [...new Set([landingName(account, region), ...named, ...home])];
  }

  /** Whose key it is and where, only the bucket knows; the encryption context says that it is used for this bucket. */
  #key(role: IRole, actions: readonly string[], buckets: readonly string[]): void {
    if (buckets.length === 0) return;
    const { account, region } = this.#site;
    const arns = [...new Set(buckets)].map(bucketArn);
    allow(role, {
      actions,
      resources: [anyKeyArn(account, region)],
      conditions: {
        StringLike: { 'kms:EncryptionContext:aws:s3:arn': arns.flatMap((arn) => [arn, `${arn}/*`]) },
      },
      because: KEY_BY_USE,
    });
  }
}
