import { DescribeExecutionCommand, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { invariant } from '../../core/errors/assert.ts';
import { InvalidInput } from '../../core/errors/registry.ts';
import type { Machines } from '../../core/ports/machines.ts';
import { orFault } from './faults.ts';

/**
 * Starts Step Functions executions. StartExecution of a Standard machine is idempotent by name: the same name and
 * input while it runs answers as the first time did; afterwards, for 90 days, and for another input at any time, it
 * answers ExecutionAlreadyExists (API_StartExecution.html). So `first` is false for certain only once the first run
 * has ended, which is all that callers count with it.
 */
export function sfnMachines(client: SFNClient, machines: Readonly<Record<string, string>>): Machines {
  return {
    async start(machine, name, input) {
      const stateMachineArn = machines[machine];
      invariant(stateMachineArn, 'MACHINES names every machine that this function starts', { machine });
      const text = JSON.stringify(input);
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: text }));
        return { first: true };
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'ExecutionAlreadyExists')
          return orFault(() => Promise.reject(error));
      }
      await sameRequest(client, executionArn(stateMachineArn, name), text);
      return { first: false };
    },
  };
}

/** A name that stands for another request would pass for "already started" while nobody does what was asked for. */
async function sameRequest(client: SFNClient, arn: string, text: string): Promise<void> {
  const found = await orFault(() => client.send(new DescribeExecutionCommand({ executionArn: arn })));
  if (found.input !== undefined && found.input !== text)
    throw new InvalidInput(
      `the execution ${arn} was started before with another input: ${found.input.slice(0, 300)}; received ${text}; start this one under another name`,
      { execution: arn },
    );
}

const executionArn = (stateMachineArn: string, name: string): string =>
  `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
