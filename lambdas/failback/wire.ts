import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RDSClient } from '@aws-sdk/client-rds';
import { SFNClient } from '@aws-sdk/client-sfn';
import { connect } from '../../adapters/aws/clients.ts';
import { dynamoGroups } from '../../adapters/aws/dynamo-groups.ts';
import { rdsOldSides } from '../../adapters/aws/rds-old-sides.ts';
import { s3ObjectStore } from '../../adapters/aws/s3-object-store.ts';
import { sfnMachines } from '../../adapters/aws/sfn-machines.ts';
import { sfnRuns } from '../../adapters/aws/sfn-runs.ts';
import { s3 } from '../shared/wiring.ts';
import type { Home } from './ports.ts';

/** The other region, as the way back works in it: clients are made now, and called only when home is there again. */
export function homeOf(env: {
  readonly AWS_REGION: string;
  readonly HOME_REGION: string;
  readonly MACHINES: Readonly<Record<string, string>>;
  readonly VAULTS: Readonly<Record<string, string>>;
  readonly CATALOG_TABLE: string;
}): { readonly home: Home } {
  const region = env.HOME_REGION;
  const sfn = connect(new SFNClient({ region }), 'sfn', region);
  const there = Object.fromEntries(
    Object.entries(env.MACHINES).map(([name, arn]) => [
      name,
      arn.replace(`:states:${env.AWS_REGION}:`, `:states:${region}:`),
    ]),
  );
  const vault = env.VAULTS[region] ?? '';
  return {
    home: {
      region,
      machineArns: there,
      machines: sfnMachines(sfn, there),
      runs: sfnRuns(sfn),
      vault: { store: s3ObjectStore(s3(region), region), bucket: vault },
      groups: dynamoGroups(connect(new DynamoDBClient({ region }), 'dynamodb', region), env.CATALOG_TABLE),
      oldSides: rdsOldSides(connect(new RDSClient({ region }), 'rds', region)),
    },
  };
}
