import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeExecutionCommand,
  paginateListStateMachines,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { connect } from '../../adapters/aws/clients.ts';
import { dynamoApprovals } from '../../adapters/aws/dynamo-approvals.ts';
import { orFault } from '../../adapters/aws/faults.ts';
import { ResourceMissing } from '../../core/errors/registry.ts';
import type { Approvals } from '../../core/ports/approvals.ts';
import { CATALOG_TABLE, machineName } from '../../lib/names.ts';
import type { MachineName } from '../../workflows/index.ts';

/** Where questions of one region lie, and who carries answers. */
export interface Desk {
  readonly approvals: Pick<Approvals, 'waiting' | 'approval'>;
  /** Runs `holdfast-answer` to its end. */
  readonly answer: (input: Readonly<Record<string, unknown>>) => Promise<AnswerEnd>;
}

export interface AnswerEnd {
  readonly execution: string;
  /** Step Functions' word: SUCCEEDED, FAILED, … or RUNNING when it had not ended when nobody looked any more. */
  readonly status: string;
  readonly error?: string;
  readonly cause?: string;
}

/** An answer takes a few seconds, and longer in bad weather: then the console says how it ended. */
const LOOKS = 60;
const BETWEEN_LOOKS_MS = 1_000;

/** In the account that the ambient credentials open: whoever answers is known to IAM. */
export function deskIn(region: string): Desk {
  const sfn = connect(new SFNClient({ region }), 'sfn', region);
  const table = connect(new DynamoDBClient({ region }), 'dynamodb', region);
  return {
    approvals: dynamoApprovals(table, CATALOG_TABLE),
    answer: async (input) => {
      const start = new StartExecutionCommand({
        stateMachineArn: await machineNamed('answer', sfn, region),
        input: JSON.stringify(input),
      });
      const { executionArn: execution = '' } = await orFault(() => sfn.send(start));
      for (let look = 0; look < LOOKS; look++) {
        const told = await orFault(() => sfn.send(new DescribeExecutionCommand({ executionArn: execution })));
        if (told.status !== 'RUNNING')
          return {
            ...{ execution, status: told.status ?? 'UNKNOWN' },
            ...(told.error !== undefined && { error: told.error }),
            ...(told.cause !== undefined && { cause: told.cause }),
          };
        await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
      }
      return { execution, status: 'RUNNING' };
    },
  };
}

/** Its ARN carries the account, which the credentials know and the configuration may not. */
export async function machineNamed(machine: MachineName, sfn: SFNClient, region: string): Promise<string> {
  const name = machineName(machine);
  for await (const { stateMachines = [] } of paginateListStateMachines({ client: sfn }, {})) {
    const found = stateMachines.find((machine) => machine.name === name);
    if (found?.stateMachineArn) return found.stateMachineArn;
  }
  throw new ResourceMissing(
    `there is no ${name} in ${region}; look at --region, and at what is deployed there`,
    {
      region,
    },
  );
}
