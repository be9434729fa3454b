import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { Executions } from '../../core/ports/executions.ts';
import { orFault } from './faults.ts';

/**
 * A Map tells that too many of its children failed and not why (States.ExceedToleratedFailureThreshold); the children
 * know (API_ListMapRuns.html, API_ListExecutions.html). An execution has one Map run per lap, and a lap that failed is
 * the last one, so few are looked at.
 */
export function sfnExecutions(client: SFNClient): Executions {
  return {
    async failedChild(executionArn) {
      const { mapRuns = [] } = await orFault(() => client.send(new ListMapRunsCommand({ executionArn })));
      for (const { mapRunArn } of mapRuns) {
        const failed = new ListExecutionsCommand({ mapRunArn, statusFilter: 'FAILED', maxResults: 1 });
        const { executions = [] } = await orFault(() => client.send(failed));
        const child = executions[0]?.executionArn;
        if (child === undefined) continue;
        const told = await orFault(() => client.send(new DescribeExecutionCommand({ executionArn: child })));
        if (told.error !== undefined) return { Error: told.error, Cause: told.cause };
      }
      return undefined;
    },
  };
}
