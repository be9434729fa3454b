import { type Instant, iso, wholeSecond } from '../../core/time/instant.ts';
import type { AwsEvent } from '../events/event.ts';
import type { Execution } from './execution.ts';

/** The event that Step Functions puts on the default bus when an execution starts or ends (eventbridge-integration.html). */
export function statusChange(execution: Execution, now: Instant, id: string): AwsEvent {
  const { machine } = execution;
  return {
    version: '0',
    id,
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: machine.account,
    time: iso(wholeSecond(now)),
    region: machine.region,
    resources: [execution.arn],
    detail: {
      executionArn: execution.arn,
      stateMachineArn: machine.arn,
      name: execution.name,
      status: execution.status,
      startDate: execution.startedAt,
      stopDate: execution.stoppedAt ?? null,
      input: execution.input,
      output: execution.output ?? null,
      error: execution.error ?? null,
      cause: execution.cause ?? null,
      inputDetails: { included: true },
      outputDetails: execution.output === undefined ? null : { included: true },
    },
  };
}
