import { RDSClient } from '@aws-sdk/client-rds';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { connect } from '../../adapters/aws/clients.ts';
import { awsSwitchboard } from '../../adapters/switches/switchboard.ts';
import { invariant } from '../../core/errors/assert.ts';
import type { TaskPorts } from '../shared/ports.ts';

/** Route 53's control plane is there for every region (Route 53 guide, resilience). */
const ROUTE_53 = 'us-east-1';

/** Of every region of the installation: a way back is switched from where the group still is. */
export function switchboards(env: {
  readonly LANDINGS: Readonly<Record<string, string>>;
}): Pick<TaskPorts, 'switchboards'> {
  const route53 = connect(new Route53Client({ region: ROUTE_53 }), 'route-53', ROUTE_53);
  const boards = new Map(
    Object.keys(env.LANDINGS).map((region) => [
      region,
      awsSwitchboard({
        route53,
        ssm: connect(new SSMClient({ region }), 'ssm', region),
        secrets: connect(new SecretsManagerClient({ region }), 'secrets-manager', region),
        rds: connect(new RDSClient({ region }), 'rds', region),
      }),
    ]),
  );
  return { switchboards: (region) => found(boards, region) };
}

export const landings = (env: {
  readonly LANDINGS: Readonly<Record<string, string>>;
}): Pick<TaskPorts, 'landings'> => ({
  landings: (region) => found(new Map(Object.entries(env.LANDINGS)), region),
});

function found<T>(all: ReadonlyMap<string, T>, region: string): T {
  const one = all.get(region);
  invariant(one !== undefined, 'a group has its sides in regions of the installation', { region });
  return one;
}
