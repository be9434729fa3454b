import type { IRole } from 'aws-cdk-lib/aws-iam';
import { type DataApi, type Heart, heartOf } from '../../core/heartbeat/heart.ts';
import { heartsAt } from '../config/hearts.ts';
import type { Site } from '../config/settings.ts';
import { anyKeyArn, bucketArn } from '../names.ts';
import { allowSecrets } from './secret-access.ts';
import { allow } from './statement.ts';
import { KEY_BY_USE } from './vault-access.ts';

const ofKind =
  <Kind extends Heart['kind']>(kind: Kind) =>
  (heart: Heart): heart is Extract<Heart, { kind: Kind }> =>
    heart.kind === kind;

/** Hearts that beat outside of clusters' networks: through Aurora's Data API, and in objects. */
export class HeartAccess {
  readonly #site: Site;
  readonly #hearts: readonly Heart[];

  constructor(site: Site) {
    this.#site = site;
    this.#hearts = heartsAt(site);
  }

  /** Whether any cluster's heart is an object, wherever it beats. */
  get areInObjects(): boolean {
    return this.#site.installation.clusters.some((cluster) => heartOf(cluster)?.kind === 'object');
  }

  /** Writes the next beat where clusters are. */
  grantBeat(role: IRole): void {
    const databases = this.#hearts.filter(ofKind('data-api'));
    this.#speak(
      role,
      databases.map(({ clusterId }) => this.#arnOf(clusterId)),
      databases.map(({ api }) => api),
    );
    const objects = this.#hearts.filter(ofKind('object'));
    const buckets = [...new Set(objects.map(({ bucket }) => bucketArn(bucket)))];
    allow(role, {
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: objects.map(({ bucket, key }) => `${bucketArn(bucket)}/${key}`),
    });
    // For S3 to say of a heart that is not there yet that it is missing.
    allow(role, { actions: ['s3:ListBucket'], resources: buckets });
    if (buckets.length > 0)
      allow(role, {
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [anyKeyArn(this.#site.account, this.#site.region)],
        conditions: {
          StringLike: { 'kms:EncryptionContext:aws:s3:arn': buckets.flatMap((arn) => [arn, `${arn}/*`]) },
        },
        because: KEY_BY_USE,
      });
  }

  /** Reads beats in database clusters that restores of this region made. Their Data API is switched on for it. */
  grantReadRestored(role: IRole): void {
    const { region, installation } = this.#site;
    const apis = installation.clusters.flatMap((cluster) =>
      heartOf(cluster)?.kind === 'data-api' ? (cluster.restoreInto[region]?.dataApi ?? []) : [],
    );
    const because = 'the restored cluster is named by the request, not by the configuration';
    const resources = apis.length > 0 ? [this.#arnOf('*')] : [];
    this.#speak(role, resources, apis, because);
    allow(role, { actions: ['rds:EnableHttpEndpoint'], resources, because });
  }

  #speak(role: IRole, resources: readonly string[], apis: readonly DataApi[], because?: string): void {
    allow(role, {
      actions: ['rds-data:ExecuteStatement'],
      resources,
      ...(because !== undefined && { because }),
    });
    // The Data API reads a secret with the rights of whoever names it.
    allowSecrets(role, this.#site, [...new Set(apis.map(({ secret }) => secret))]);
  }

  #arnOf = (clusterId: string): string =>
    `arn:aws:rds:${this.#site.region}:${this.#site.account}:cluster:${clusterId}`;
}
