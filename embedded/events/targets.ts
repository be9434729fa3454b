import type { Acting } from '../iam/iam.ts';
import { type AwsError, NotModelled } from '../service.ts';
import type { AwsEvent } from './event.ts';

/** What can receive a delivery, by the ARN that names it. */
export interface Receivers {
  readonly lambda: { invokeAsync(arn: string, payload: string): void };
  readonly states: { start(machineArn: string, request: { readonly input: string }): object };
  readonly sqs: {
    sendTo(queueArn: string, body: string, attributes?: Readonly<Record<string, string>>): string;
  };
  readonly sns: { publishTo(topicArn: string, message: string): string };
  readonly events: { accept(event: AwsEvent, busArn: string): void };
}

/** Throws when a service may not do an action on a resource by itself. */
export type Permit = (acting: Acting, action: string, resource: string) => void;

const ACTIONS: Readonly<Record<string, string>> = {
  lambda: 'lambda:InvokeFunction',
  states: 'states:StartExecution',
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  events: 'events:PutEvents',
};

/**
 * Hands a payload to whatever an ARN names: the one place where rules, schedules, destinations, subscriptions and
 * alarms meet the services that they call. Throws what the service answers.
 */
export class Targets {
  readonly #receivers: () => Partial<Receivers>;
  readonly #permit: Permit;

  /** The receivers are asked for late: some of them deliver themselves. */
  constructor(receivers: () => Partial<Receivers>, permit: Permit = () => {}) {
    this.#receivers = receivers;
    this.#permit = permit;
  }

  send(acting: Acting, arn: string, payload: string, attributes?: Readonly<Record<string, string>>): void {
    const [, , service = ''] = arn.split(':');
    const action = ACTIONS[service];
    if (action === undefined) throw new NotModelled('events', `the target ${arn}`);
    this.#permit(acting, action, arn);
    const { lambda, states, sqs, sns, events } = this.#receivers();
    if (service === 'lambda' && lambda) lambda.invokeAsync(arn, payload);
    else if (service === 'states' && states) states.start(arn, { input: payload });
    else if (service === 'sqs' && sqs) sqs.sendTo(arn, payload, attributes);
    else if (service === 'sns' && sns) sns.publishTo(arn, payload);
    else if (service === 'events' && events) events.accept(JSON.parse(payload) as AwsEvent, arn);
    else throw new NotModelled('events', `the target ${arn}`);
  }
}

export const regionOf = (arn: string): string => arn.split(':')[3] ?? '';

/** Is this refusal worth another attempt? A target that is gone or says no for good is not (eb-rule-dlq.html). */
export const passing = (error: AwsError): boolean =>
  error.status >= 500 || error.status === 429 || error.name.startsWith('Throttl');
