import type { World } from '../clock/world.ts';
import type { Ec2 } from '../ec2/service.ts';
import type { Ecs } from '../ecs/service.ts';
import type { Kms } from '../kms/kms.ts';
import type { EmbeddedRds } from '../rds/service.ts';
import type { S3 } from '../s3/s3.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { States } from '../states/states.ts';
import type { Surroundings } from './describe.ts';

interface Services {
  readonly world: World;
  readonly s3: S3;
  readonly rds: EmbeddedRds;
  readonly kms: Kms;
  readonly ec2: Ec2;
  readonly ecs: Ecs;
  readonly secrets: Secrets;
  readonly states: States;
}

/** What the services of one cloud know of what requests name. They are asked for late: some are made after this. */
export const surroundingsOf = (cloud: Services): Surroundings => ({
  bucketKey: (bucket) => cloud.s3.bucket(bucket)?.kmsKeyArn,
  objectTags: (bucket, key, version) => cloud.s3.tagsOf(bucket, key, version),
  databaseKey: (region, kind, name) => cloud.rds.keyOf(region, kind, name, cloud.world.now()),
  databaseTags: (arn) => cloud.rds.tagsOf(arn, cloud.world.now()),
  keyAliases: (key) => cloud.kms.aliasesOf(key),
  resolveKey: (region, key) => cloud.kms.check(region, key, 'DescribeKey', cloud.world.now()),
  taskDefinition: (region, named) => cloud.ecs.definitionOf(region, named),
  ec2Tags: (region, id) => cloud.ec2.tagsOf(region, id),
  waitingMachine: (token) => cloud.states.tokens.machineOf(token),
  secret: (region, id) => cloud.secrets.arnOf(region, id),
});
