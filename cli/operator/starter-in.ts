import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { connect } from '../../adapters/aws/clients.ts';
import { orFault } from '../../adapters/aws/faults.ts';
import { type Instant, instant } from '../../core/time/instant.ts';
import type { MachineName } from '../../workflows/index.ts';
import { machineNamed } from './desk-in.ts';

export interface Started {
  readonly execution: string;
  readonly startedAt: Instant;
}

/** How an execution ended; absent while it runs. */
export interface Ended {
  readonly status: string;
  readonly error?: string;
  readonly cause?: string;
}

/** Starts machines of one region, and looks at what becomes of them. */
export interface Starter {
  start(machine: MachineName, input: Readonly<Record<string, unknown>>): Promise<Started>;
  ended(execution: string): Promise<Ended | undefined>;
  /** Between two looks. */
  pause(): Promise<void>;
}

const BETWEEN_LOOKS_MS = 1_000;

/** In the account that the ambient credentials open: whoever starts something is known to IAM. */
export function starterIn(region: string): Starter {
  const sfn = connect(new SFNClient({ region }), 'sfn', region);
  return {
    start: async (machine, input) => {
      const stateMachineArn = await machineNamed(machine, sfn, region);
      const start = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) });
      const { executionArn: execution = '', startDate } = await orFault(() => sfn.send(start));
      return { execution, startedAt: instant(startDate?.getTime() ?? Date.now()) };
    },
    ended: async (executionArn) => {
      const told = await orFault(() => sfn.send(new DescribeExecutionCommand({ executionArn })));
      if (told.status === 'RUNNING') return undefined;
      return {
        status: told.status ?? 'UNKNOWN',
        ...(told.error !== undefined && { error: told.error }),
        ...(told.cause !== undefined && { cause: told.cause }),
      };
    },
    pause: () => new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS)),
  };
}
