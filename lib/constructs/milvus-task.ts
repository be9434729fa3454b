import { CfnTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { MilvusAccess } from '../access/milvus-access.ts';
import type { MilvusHere } from '../config/milvus.ts';
import type { Site } from '../config/settings.ts';
import {
  MILVUS_CONTAINER,
  milvusFamily,
  milvusLogGroup,
  milvusRoleName,
  startMilvusRoleName,
} from '../names.ts';
import { containerLog, containerRole, logTo } from './container-parts.ts';

/**
 * S3 moves the bytes and the tool asks it to, 128 copies at a time; what it holds is the metadata of the backup. Nobody
 * publishes how much that takes: this is room for some millions of files.
 */
const VCPU_UNITS = 2_048;
const MEMORY_MIB = 8_192;
const STOP_SECONDS = 30;
/** Variables that override the tool's configuration, by the key of the secret's JSON. */
const LOGIN = { MILVUS_USER: 'username', MILVUS_PASSWORD: 'password' } as const;

/** The task definition that runs milvus-backup for one cluster in one region. */
export class MilvusTask extends Construct {
  constructor(scope: Construct, id: string, site: Site, here: MilvusHere) {
    super(scope, id);
    const { name, tool } = here.cluster;
    const access = new MilvusAccess(site);
    const family = milvusFamily(name);
    const log = containerLog(this, milvusLogGroup(name));
    const start = containerRole(this, 'Start', site, {
      name: startMilvusRoleName(site.region, name),
      does: `Gives milvus-backup of ${name} its secret and carries its log, for Holdfast in ${site.region}`,
    });
    access.grantStart(start, here);
    const work = containerRole(this, 'Work', site, {
      name: milvusRoleName(site.region, name),
      does: `milvus-backup of ${name}, for Holdfast in ${site.region}`,
    });
    access.grantWork(work, here);
    new CfnTaskDefinition(this, 'Definition', {
      family,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
      cpu: String(VCPU_UNITS),
      memory: String(MEMORY_MIB),
      taskRoleArn: work.roleArn,
      executionRoleArn: start.roleArn,
      containerDefinitions: [
        {
          name: MILVUS_CONTAINER,
          image: `milvusdb/milvus-backup:${tool}`,
          // The image's own starts a server.
          entryPoint: ['/app/milvus-backup'],
          essential: true,
          stopTimeout: STOP_SECONDS,
          // It keeps a log file below /app beside what it prints.
          readonlyRootFilesystem: false,
          ...secretsOf(here),
          logConfiguration: logTo(log, site, family),
        },
      ],
    });
  }
}

const secretsOf = ({
  reach: { secret },
}: MilvusHere): Pick<CfnTaskDefinition.ContainerDefinitionProperty, 'secrets'> =>
  secret === undefined
    ? {}
    : { secrets: Object.entries(LOGIN).map(([name, key]) => ({ name, valueFrom: `${secret}:${key}::` })) };
