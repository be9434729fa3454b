import { SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { Waiting } from '../../core/ports/waiting.ts';
import { orFault } from './faults.ts';

/** The state was answered, its time is over, or its execution has ended (API_SendTaskSuccess.html). */
const GONE: ReadonlySet<string> = new Set(['TaskTimedOut', 'TaskDoesNotExist']);

/** Each retry of a state has a token of its own; the earlier one is closed then. */
export function sfnWaiting(client: SFNClient): Waiting {
  return {
    async resume(taskToken, output) {
      try {
        await client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
        return 'resumed';
      } catch (error) {
        if (error instanceof Error && GONE.has(error.name)) return 'gone';
        return orFault(() => Promise.reject(error));
      }
    },
  };
}
