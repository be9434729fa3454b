import type { Reason } from '../../core/errors/registry.ts';
import { type Caught, reasonCaught } from '../shared/reasons.ts';

/** Why a machine failed that a state ran: `States.TaskFailed` carries the whole execution as JSON (connect-stepfunctions.html). */
export function reasonNested(error: Caught): Reason {
  try {
    const { Error: name, Cause: cause } = JSON.parse(error.Cause ?? '') as Record<string, unknown>;
    if (typeof name === 'string')
      return reasonCaught(
        { Error: name, ...(typeof cause === 'string' && { Cause: cause }) },
        'RestoreFailed',
      );
  } catch {
    // It failed before it was an execution.
  }
  return reasonCaught(error, 'RestoreFailed');
}
