import type { IRole } from 'aws-cdk-lib/aws-iam';
import { logsAt, truncationLocks } from '../config/logs.ts';
import type { Site } from '../config/settings.ts';
import { tidbAt } from '../config/tidb.ts';
import { bucketArn, containerClusterArn, vaultName } from '../names.ts';
import { allow } from './statement.ts';

const NAMED_BY_THE_ENGINE = 'chains of a log are named as they begin, and the engine names its files';

/** The continuous logs in this region's vault. Grants nothing where none is kept. */
export class LogAccess {
  readonly #site: Site;
  readonly #bucket: string;

  constructor(site: Site) {
    this.#site = site;
    this.#bucket = bucketArn(vaultName(site.account, site.region));
  }

  get areKept(): boolean {
    return logsAt(this.#site).length > 0;
  }

  /** Reads how far the stores of a cluster have come. */
  grantReadCheckpoints(role: IRole): void {
    allow(role, {
      actions: ['s3:GetObject'],
      resources: logsAt(this.#site).map(({ name }) => `${this.#bucket}/${name}/log/*/v1/global_checkpoint/*`),
      because: NAMED_BY_THE_ENGINE,
    });
  }

  /** Sees whether somebody truncates, and takes away the lock of one who was killed at it. */
  grantMakeWay(role: IRole): void {
    const here = new Set(tidbAt(this.#site).map(({ cluster }) => cluster.name));
    const logs = logsAt(this.#site).filter(({ name }) => here.has(name));
    if (logs.length === 0) return;
    const { account, region } = this.#site;
    allow(role, {
      actions: ['ecs:ListTasks'],
      resources: ['*'],
      conditions: { ArnEquals: { 'ecs:cluster': containerClusterArn(account, region) } },
      because:
        'ECS authorizes a list of tasks on container instances, of which Fargate has none; the condition names the cluster',
    });
    allow(role, {
      actions: ['s3:ListBucketVersions'],
      resources: [this.#bucket],
      conditions: { StringLike: { 's3:prefix': logs.map(({ name }) => truncationLocks(name)) } },
    });
    allow(role, {
      actions: ['s3:DeleteObject'],
      resources: logs.map(({ name }) => `${this.#bucket}/${truncationLocks(name)}`),
      because: NAMED_BY_THE_ENGINE,
    });
  }
}
