import { DescribeDBClustersCommand, type RDSClient } from '@aws-sdk/client-rds';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { ResourceMissing } from '../../core/errors/registry.ts';
import type { Switchboard } from '../../core/ports/switchboard.ts';
import { orFault } from '../aws/faults.ts';
import { turnParameter } from './parameters.ts';
import { turnRecord } from './records.ts';
import { turnSecret } from './secrets.ts';

export interface SwitchClients {
  readonly ssm: SSMClient;
  readonly secrets: SecretsManagerClient;
  readonly route53: Route53Client;
  readonly rds: RDSClient;
}

/** The switchboard of the region that the clients are of. Route 53 has one for all regions. */
export const awsSwitchboard = ({ ssm, secrets, route53, rds }: SwitchClients): Switchboard => ({
  turn: (one, text) => {
    if ('parameter' in one) return turnParameter(ssm, one.parameter, text);
    if ('record' in one) return turnRecord(route53, one, text);
    return turnSecret(secrets, one.secret, one.field, text);
  },
  endpointOf: async (databaseCluster) => {
    const describe = new DescribeDBClustersCommand({ DBClusterIdentifier: databaseCluster });
    const { DBClusters: [found] = [] } = await orFault(() => rds.send(describe));
    if (found?.Endpoint !== undefined) return found.Endpoint;
    throw new ResourceMissing(
      `the DB cluster ${databaseCluster} has no endpoint; look at the name and the region`,
      {
        cluster: databaseCluster,
      },
    );
  },
});
