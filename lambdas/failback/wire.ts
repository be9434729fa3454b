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
import type { Home, Side, SideIn } from './ports.ts';

interface Here {
  readonly AWS_REGION: string;
  readonly HOME_REGION: string;
}

/** Both regions: clients are made now, and those of home called only when it is there. */
export function sides(env: Here & { readonly MACHINES: Readonly<Record<string, string>> }): {
  readonly side: SideIn;
} {
  const { AWS_REGION: here, HOME_REGION: home, MACHINES: arns } = env;
  const known = new Map([here, home].map((region) => [region, sideIn(region, here, arns)]));
  return {
    side: (region) => {
      const found = known.get(region);
      if (!found) throw new RangeError(`a planned move is between ${here} and ${home}, not ${region}`);
      return found;
    },
  };
}

function sideIn(region: string, here: string, arns: Readonly<Record<string, string>>): Side {
  const sfn = connect(new SFNClient({ region }), 'sfn', region);
  const there = Object.fromEntries(
    Object.entries(arns).map(([name, arn]) => [name, arn.replace(`:states:${here}:`, `:states:${region}:`)]),
  );
  return {
    machineArns: there,
    machines: sfnMachines(sfn, there),
    runs: sfnRuns(sfn),
    oldSides: rdsOldSides(connect(new RDSClient({ region }), 'rds', region)),
  };
}

export function homeOf(
  env: Here & { readonly VAULTS: Readonly<Record<string, string>>; readonly CATALOG_TABLE: string },
): { readonly home: Home } {
  const region = env.HOME_REGION;
  const dynamo = connect(new DynamoDBClient({ region }), 'dynamodb', region);
  return {
    home: {
      region,
      vault: { store: s3ObjectStore(s3(region), region), bucket: env.VAULTS[region] ?? '' },
      groups: dynamoGroups(dynamo, env.CATALOG_TABLE),
    },
  };
}
