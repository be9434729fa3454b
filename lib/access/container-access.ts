import type { IRole } from 'aws-cdk-lib/aws-iam';
import { type ContainerHere, containersAt } from '../config/containers.ts';
import type { Site } from '../config/settings.ts';
import { bucketArn, containerClusterArn, containersArn, vaultName } from '../names.ts';
import { type Allowance, allow } from './statement.ts';

const NAMED_BY_ECS = 'tasks, their log streams and the revisions of their definitions are named by ECS';

/**
 * Containers of this region: BR of its TiDB clusters and milvus-backup of its Milvus clusters, in Holdfast's own ECS cluster. Grants nothing when there is none.
 */
export class ContainerAccess {
  readonly #site: Site;
  readonly #here: readonly ContainerHere[];

  constructor(site: Site) {
    this.#site = site;
    this.#here = containersAt(site);
  }

  /** Starts the tool of a configured cluster, under the two roles that were made for it. */
  grantStart(role: IRole): void {
    const { account, region } = this.#site;
    this.#inCluster(role, {
      actions: ['ecs:RunTask'],
      resources: this.#here.map(({ definitions }) => definitions(account, region)),
      because: NAMED_BY_ECS,
    });
    allow(role, {
      actions: ['iam:PassRole'],
      resources: this.#here.flatMap(({ roles }) => roles(account, region)),
      conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    });
  }

  /** Follows it to its end, and reads what it printed. */
  grantFollow(role: IRole): void {
    const { account, region } = this.#site;
    this.#inCluster(role, { actions: ['ecs:DescribeTasks'], resources: this.#tasks, because: NAMED_BY_ECS });
    allow(role, {
      actions: ['logs:GetLogEvents'],
      resources: this.#here.map(({ logStreams }) => logStreams(account, region)),
      because: NAMED_BY_ECS,
    });
  }

  /** Tells a run to end that is to last until it is told: the one that keeps a cluster still while volumes are captured. */
  grantEnd(role: IRole): void {
    const isUsed = this.#site.installation.clusters.some((one) => one.engine === 'tidb' && one.volumes);
    if (isUsed)
      this.#inCluster(role, { actions: ['ecs:StopTask'], resources: this.#tasks, because: NAMED_BY_ECS });
  }

  /** Finds what still runs for a capture or a restore that nobody waits for any more, and stops it. */
  grantStop(role: IRole): void {
    this.#inCluster(role, {
      actions: ['ecs:ListTasks'],
      resources: this.#here.length > 0 ? ['*'] : [],
      because:
        'ECS authorizes a list of tasks on container instances, of which Fargate has none; the condition names the cluster',
    });
    this.#inCluster(role, { actions: ['ecs:StopTask'], resources: this.#tasks, because: NAMED_BY_ECS });
  }

  /** Asks S3 whether the file that a tool writes last is there. */
  grantSeeStored(role: IRole): void {
    this.#stored(role, 's3:GetObject', 'a tool stores in folders of recovery points that do not exist yet');
  }

  /** Empties the folder of an attempt that a tool can neither continue nor begin anew over. */
  grantEmpty(role: IRole): void {
    this.#stored(
      role,
      's3:DeleteObject',
      'a capture whose attempt failed for good is begun anew in its own folder, which carries a recovery point that does not exist yet; what is hidden there stays as a version',
    );
  }

  #stored(role: IRole, action: string, because: string): void {
    const { account, region } = this.#site;
    const vault = bucketArn(vaultName(account, region));
    const resources = this.#here.map(({ items }) => `${vault}/${items}`);
    allow(role, { actions: [action], resources, because });
  }

  get #tasks(): readonly string[] {
    return this.#here.length > 0 ? [containersArn(this.#site.account, this.#site.region)] : [];
  }

  #inCluster(role: IRole, allowance: Omit<Allowance, 'conditions'>): void {
    const { account, region } = this.#site;
    const conditions = { ArnEquals: { 'ecs:cluster': containerClusterArn(account, region) } };
    allow(role, { ...allowance, conditions });
  }
}
