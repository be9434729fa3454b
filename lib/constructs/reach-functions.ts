import { Duration } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { reachCluster } from '../../workflows/contracts/reach.ts';
import type { TaskName } from '../../workflows/contracts/tasks.ts';
import type { Estate } from '../access/estate.ts';
import { entryOf } from '../code/bundle.ts';
import { reachedAt } from '../config/reach.ts';
import type { Settings, Site } from '../config/settings.ts';
import { DEPLOYED_TASKS } from '../config/tasks.ts';
import { reachFunctionName, reachRoleName } from '../names.ts';
import { TaskFunction } from './task-function.ts';

/**
 * A session's statements take milliseconds: what takes longer works on in the cluster, and is asked about. Who waits for
 * the answer is a function too, and has other things to do.
 */
const TIMEOUT = Duration.minutes(2);

export interface ReachFunctionsProps {
  readonly site: Site;
  readonly settings: Settings;
  readonly estate: Estate;
  readonly codeOf: (task: TaskName) => Code;
}

/**
 * The task that has a function per place: each stands in one cluster's network and knows that cluster's secret. A
 * function for all would need every network's ways and every cluster's secrets at once.
 */
export class ReachFunctions extends Construct {
  constructor(scope: Construct, id: string, { site, settings, estate, codeOf }: ReachFunctionsProps) {
    super(scope, id);
    const { variables, memoryMb } = DEPLOYED_TASKS[reachCluster.name];
    for (const here of reachedAt(site)) {
      const { end, cluster } = here;
      const { role } = new TaskFunction(this, {
        contract: reachCluster,
        account: site.account,
        region: site.region,
        entry: entryOf(reachCluster.name),
        code: codeOf(reachCluster.name),
        variables: variables({ ...settings, REACH: JSON.stringify(here.ends) }),
        memoryMb,
        timeout: TIMEOUT,
        named: {
          id: `${end}-${cluster}`,
          function: reachFunctionName(end, cluster),
          role: reachRoleName(site.region, end, cluster),
        },
        network: here,
      });
      estate.reach.grantStand(role, here);
    }
  }
}
