import type { Reason } from '../../../core/errors/registry.ts';
import { InvalidInput } from '../../../core/errors/registry.ts';
import { type Instant, instant, iso } from '../../../core/time/instant.ts';
import { FAILURE_NOT_TOLD } from '../../../workflows/asl/build.ts';
import type { closeStoppedExecution } from '../../../workflows/contracts/watch.ts';
import type { MachineName } from '../../../workflows/index.ts';
import type { Input } from '../../shared/ports.ts';

type Detail = Input<typeof closeStoppedExecution>['detail'];

/** An execution that has ended, as the event of its end tells. */
export interface Stopped {
  readonly machine: MachineName;
  readonly execution: string;
  readonly status: string;
  /** The name that the machine failed under; absent unless it failed. */
  readonly error: string | undefined;
  readonly startedAt: Instant;
  /** What it was started with; undefined when that is not JSON, or too long for an event (over 248 KB). */
  readonly input: unknown;
}

/**
 * Reads the event "Step Functions Execution Status Change". Undefined for the children of a Distributed Map, whose
 * machine is called `<machine>/<label>`: the parent answers for them.
 */
export function readStopped(detail: Detail): Stopped | undefined {
  const name = detail.stateMachineArn.slice(detail.stateMachineArn.lastIndexOf(':') + 1);
  if (name.includes('/')) return undefined;
  const machine =
    /(?:^|-)(answer|backup|copy|drill|expire|failback|failover|reconcile|restore|supervise|switchover|verify)$/.exec(
      name,
    )?.[1] as MachineName | undefined;
  if (!machine) throw new InvalidInput(`${detail.stateMachineArn} is no machine of Holdfast`);
  const { startDate, error } = detail as { readonly startDate?: unknown; readonly error?: unknown };
  if (typeof startDate !== 'number')
    throw new InvalidInput(`the event of ${detail.executionArn} carries no startDate in milliseconds`);
  return {
    machine,
    execution: detail.executionArn,
    status: detail.status,
    error: typeof error === 'string' ? error : undefined,
    startedAt: instant(startDate),
    input: parsed(detail.input),
  };
}

function parsed(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** Names the end for the record. The same event gives the same reason, so that a repetition knows its own work. */
export function reasonOfEnd(stopped: Stopped, overdue: string, failed: string): Reason {
  const started = `execution ${stopped.execution}, started at ${iso(stopped.startedAt)},`;
  switch (stopped.status) {
    case 'TIMED_OUT':
      return { name: overdue, message: `${started} ran past the deadline of its machine` };
    case 'ABORTED':
      return { name: failed, message: `${started} was stopped by somebody` };
    default:
      return { name: failed, message: `${started} ended ${stopped.status} before it could record why` };
  }
}

/** Stopped, past its deadline, or without a way to say so: it was cut off wherever it stood, and could not say anything. */
export const wasCutOff = ({ status, error }: Stopped): boolean =>
  status !== 'FAILED' || error === FAILURE_NOT_TOLD;

/** Whether a record was closed with this reason, which may have got more words since. */
export const sameReason = (recorded: Reason | undefined, reason: Reason): boolean =>
  recorded?.name === reason.name && recorded.message.startsWith(reason.message);
