import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Place } from '../../core/ports/reach.ts';
import { type DorisHere, dorisAt, storedByDoris, takenAwayByDoris } from '../config/doris.ts';
import type { Site } from '../config/settings.ts';
import { anyKeyArn, bucketArn, reachFunctionArn, tableArn, vaultName } from '../names.ts';
import { allow } from './statement.ts';
import { KEY_BY_USE } from './vault-access.ts';

const IN_ITS_FOLDER =
  'Doris lays out what it stores below the folders of its own cluster, under recovery points that do not exist yet';

/** What hosts of Doris may do in the vault of one region, and who speaks to their frontends. */
export class DorisAccess {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  /** Speaks SQL to the Doris clusters at these ends, through the functions that stand in their networks. */
  grantSpeak(role: IRole, ...ends: readonly Place['end'][]): void {
    const { account, region } = this.#site;
    allow(role, {
      actions: ['lambda:InvokeFunction'],
      resources: dorisAt(this.#site)
        .filter(({ end }) => ends.includes(end))
        .map(({ end, cluster }) => reachFunctionArn(account, region, end, cluster)),
    });
  }

  /** Takes and leaves turns at the jobs of their databases, which stand in the catalog. */
  grantTurns(role: IRole): void {
    const { account, region } = this.#site;
    const resources = dorisAt(this.#site).length > 0 ? [tableArn(account, region)] : [];
    allow(role, { actions: ['dynamodb:PutItem'], resources });
  }

  /**
   * What the hosts assume: as Doris asks for it (aws-authentication-and-authorization), less the versions and the
   * configuration of the bucket, and less every deletion but of what a frontend is about to store again. Those of a
   * cluster that restores go into only read.
   */
  grantVault(role: IRole, { cluster, end }: DorisHere): void {
    const { account, region } = this.#site;
    const bucket = bucketArn(vaultName(account, region));
    const objects = (actions: readonly string[], keys: readonly string[]): void =>
      allow(role, { actions, resources: keys.map((key) => `${bucket}/${key}`), because: IN_ITS_FOLDER });
    allow(role, {
      actions: ['s3:ListBucket'],
      resources: [bucket],
      conditions: { StringLikeIfExists: { 's3:prefix': `${cluster}/*` } },
    });
    allow(role, { actions: ['s3:GetBucketLocation'], resources: [bucket] });
    objects(['s3:GetObject'], [storedByDoris(cluster)]);
    if (end === 'source') {
      objects(
        ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        [storedByDoris(cluster)],
      );
      objects(['s3:DeleteObject'], takenAwayByDoris(cluster));
    }
    allow(role, {
      actions: end === 'source' ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'],
      resources: [anyKeyArn(account, region)],
      conditions: {
        StringEquals: {
          'kms:ViaService': `s3.${region}.amazonaws.com`,
          'kms:EncryptionContext:aws:s3:arn': bucket,
        },
      },
      because: KEY_BY_USE,
    });
  }
}
