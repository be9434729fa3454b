import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { Runs } from '../../core/ports/runs.ts';
import { orFault } from './faults.ts';

/** DescribeExecution of a Standard machine's execution (API_DescribeExecution.html). */
export const sfnRuns = (client: SFNClient): Runs => ({
  async isRunning(executionArn) {
    try {
      const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
      return status === 'RUNNING';
    } catch (error) {
      if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return false;
      return orFault(() => Promise.reject(error));
    }
  },
});
