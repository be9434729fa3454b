import { Validations } from 'aws-cdk-lib';
import { CfnCluster, CfnTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { BrAccess } from '../access/br-access.ts';
import { milvusAt } from '../config/milvus.ts';
import type { Site } from '../config/settings.ts';
import { type TidbHere, tidbAt } from '../config/tidb.ts';
import {
  BR_CONTAINER,
  brFamily,
  brLogGroup,
  brRoleName,
  CONTAINER_CLUSTER,
  startBrRoleName,
} from '../names.ts';
import { containerLog, containerRole, logTo } from './container-parts.ts';
import { MilvusTask } from './milvus-task.ts';

/**
 * BR only conducts: TiKV moves the bytes. Its memory is what kills it (exit 137), so that is what PingCAP advises, 16 GB
 * (docs.pingcap.com/tidb/v6.1/br-deployment). Of the eight cores advised there it gets half: fewer make it slower and no
 * worse, and a new account's quota of Fargate's vCPUs is low. Fargate sells four with 8 to 30 GB
 * (AmazonECS/latest/developerguide/fargate-tasks-services.html).
 */
const VCPU_UNITS = 4_096;
const MEMORY_MIB = 16_384;
/**
 * Fargate's longest between SIGTERM and a kill (task_definition_parameters.html): a restore that is stopped gives PD its
 * schedulers back.
 */
const STOP_SECONDS = 120;
/** What BR's container finds its certificates in, by the key of the secret's JSON. */
const TLS = { BR_CA: 'ca', BR_CERT: 'cert', BR_KEY: 'key' } as const;

/**
 * Containers for work that is too long for a function: BR, for every TiDB cluster that this region reaches, and
 * milvus-backup, for every Milvus. Whoever runs one says where, so that nothing here has to know a network. An installation without such a cluster gets nothing.
 */
export class ContainerTasks extends Construct {
  constructor(scope: Construct, id: string, site: Site) {
    super(scope, id);
    const [tidb, milvus] = [tidbAt(site), milvusAt(site)];
    if (tidb.length + milvus.length === 0) return;
    const cluster = new CfnCluster(this, 'Cluster', {
      clusterName: CONTAINER_CLUSTER,
      clusterSettings: [{ name: 'containerInsights', value: 'disabled' }],
    });
    Validations.of(cluster).acknowledge({
      id: 'AwsSolutions-ECS4',
      reason:
        'Container Insights bills metrics per task, and no task here lives for longer than its backup: its end, exit code and log are followed by who started it',
    });
    for (const here of tidb) this.#br(site, here);
    for (const here of milvus) new MilvusTask(this, `Milvus-${here.cluster.name}`, site, here);
  }

  #br(site: Site, here: TidbHere): void {
    const { name, version } = here.cluster;
    const family = brFamily(name);
    const scope = new Construct(this, name);
    const log = containerLog(scope, brLogGroup(name));
    const access = new BrAccess(site, here);
    const start = containerRole(scope, 'Start', site, {
      name: startBrRoleName(site.region, name),
      does: `Gives BR of ${name} its secrets and carries its log, for Holdfast in ${site.region}`,
    });
    access.grantStart(start);
    const work = containerRole(scope, 'Work', site, {
      name: brRoleName(site.region, name),
      does: `BR of ${name}, for Holdfast in ${site.region}`,
    });
    access.grantWork(work);
    new CfnTaskDefinition(scope, 'Definition', {
      family,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      // There are images for ARM64 too; this one needs no proof that BR of this version has it.
      runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
      cpu: String(VCPU_UNITS),
      memory: String(MEMORY_MIB),
      taskRoleArn: work.roleArn,
      executionRoleArn: start.roleArn,
      containerDefinitions: [
        {
          name: BR_CONTAINER,
          // It has no entry point: a command begins with /br.
          image: `pingcap/br:${version}`,
          essential: true,
          stopTimeout: STOP_SECONDS,
          // BR writes below /tmp.
          readonlyRootFilesystem: false,
          ...secretsOf(here),
          logConfiguration: logTo(log, site, family),
        },
      ],
    });
  }
}

/** A key of a secret's JSON is named behind its ARN (AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html). */
const secretsOf = ({
  reach: { tls },
}: TidbHere): Pick<CfnTaskDefinition.ContainerDefinitionProperty, 'secrets'> =>
  tls === undefined
    ? {}
    : { secrets: Object.entries(TLS).map(([name, key]) => ({ name, valueFrom: `${tls}:${key}::` })) };
