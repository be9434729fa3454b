import { milliseconds } from '../../core/time/instant.ts';
import type { World } from '../clock/world.ts';
import { need } from '../iam/describe.ts';
import type { Iam } from '../iam/iam.ts';
import type { Kms } from '../kms/kms.ts';
import { AwsError, type Call } from '../service.ts';
import { Ec2 } from './service.ts';

interface Surroundings {
  readonly world: World;
  readonly account: string;
  readonly kms: Kms;
  readonly iam: Iam;
  readonly isDark: (region: string) => boolean;
}

/** What EBS uses a key for in its caller's name, on both sides of a copy (EBS guide, Copy an Amazon EBS snapshot). */
const KEY_USES = [
  'kms:DescribeKey',
  'kms:CreateGrant',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:Decrypt',
];

/** What EBS says of a key whatever the trouble with it is. */
const TROUBLE = 'Given key ID is not accessible';

/** Lists lag behind by up to this much. */
const LIST_LAG_MAX_MS = 4_000;

/** EC2 as one of the services of a cloud. Keys and permissions are asked for late: some services are made after this. */
export const ec2In = (cloud: Surroundings): Ec2 =>
  new Ec2({
    chance: cloud.world.random('ec2'),
    account: cloud.account,
    keyTrouble: (call, region, key) => (mayUse(cloud, call, region, key) ? undefined : TROUBLE),
    isDark: cloud.isDark,
    listLag: () => milliseconds(cloud.world.random('ec2.lag').between(0, LIST_LAG_MAX_MS)),
  });

function mayUse({ kms, iam, world }: Surroundings, call: Call, region: string, key: string): boolean {
  // Of AWS's own keys everybody in the account may use this one through EBS.
  if (key.endsWith(':alias/aws/ebs')) return true;
  try {
    const arn = kms.check(region, key, 'CreateGrant', world.now());
    return KEY_USES.map((action) =>
      iam.may(
        call.principal,
        need({ ...call, region }, action, arn, {
          'kms:viaservice': `ec2.${region}.amazonaws.com`,
          'kms:grantisforawsresource': 'true',
          'kms:resourcealiases': kms.aliasesOf(arn),
        }),
      ),
    ).every((may) => may);
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}
