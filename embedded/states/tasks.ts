import { seconds } from '../../core/time/instant.ts';
import type { Outcome } from '../functions/outcome.ts';
import { AwsError, NotModelled } from '../service.ts';
import type { TaskState } from './compiled.ts';
import type { Execution, Machine } from './execution.ts';
import { permitted, runtime, StateFailure } from './failure.ts';
import type { Result } from './interpreter.ts';
import { bytesOf, isObject, type Json, type JsonObject, limited, PAYLOAD_BYTES } from './json.ts';
import type { Life } from './life.ts';
import { mustRead } from './paths.ts';
import type { Tokens } from './tokens.ts';
import type { Visit } from './visit.ts';

/** The services that a Task state can call. */
export interface Integrations {
  invoke(functionArn: string, payload: string): Promise<Outcome>;
  /** Sends to an SQS queue and answers the message's id. @default a task that does so is not modelled */
  sendMessage?(queueUrl: string, body: string): string;
}

interface TasksParts {
  readonly integrations: Integrations;
  readonly tokens: Tokens;
  /** Starts a nested execution; throws what StartExecution throws. */
  readonly start: (machineArn: string, input: string, name: string | undefined) => Execution;
  readonly stop: (execution: Execution) => void;
  /** Throws what the machine's role is answered that lacks a permission. */
  readonly permit: (machine: Machine, action: string, resource: string) => void;
}

const FUNCTION = /^arn:aws[\w-]*:lambda:([\w-]+):\d{12}:function:/;
const INVOKE = 'arn:aws:states:::lambda:invoke';
const START = 'arn:aws:states:::states:startExecution';
const SEND = 'arn:aws:states:::sqs:sendMessage';
const TOKEN = '.waitForTaskToken';
const KNOWN = new Set([INVOKE, INVOKE + TOKEN, START, `${START}.sync:2`, SEND, SEND + TOKEN]);

/** Refuses a Task's Resource when the machine is created. */
export function checkResource(resource: string, region: string): void {
  const [, of] = FUNCTION.exec(resource) ?? [];
  if (of === undefined && !KNOWN.has(resource)) throw new NotModelled('states', `the Resource ${resource}`);
  if (of !== undefined && of !== region)
    throw new AwsError(
      'InvalidDefinition',
      `Invalid State Machine Definition: a function in ${of} cannot be called from ${region}: ${resource}`,
    );
}

/** One attempt of a Task state. */
export class Tasks {
  readonly #parts: TasksParts;

  constructor(parts: TasksParts) {
    this.#parts = parts;
  }

  async attempt(visit: Visit, state: TaskState, input: Json, life: Life): Promise<Result> {
    const { execution } = visit.place;
    const waits = state.resource.endsWith(TOKEN)
      ? this.#parts.tokens.issue(life, state.heartbeatSeconds, execution.machine.arn)
      : undefined;
    const from = visit.sources(input, waits ? { token: waits.token } : {});
    const request = state.parameters ? state.parameters(from) : input;
    const text = limited(JSON.stringify(request), `input of the task ${state.name}`);
    execution.record('TaskScheduled', state.name);
    execution.record('TaskStarted', state.name);
    try {
      const work = this.#perform(state.resource, request, text, life, execution.machine);
      const answer = waits ? work.then(() => waits.output) : work;
      const output = await this.#within(timeoutOf(state, from), life, answer);
      if (output.length * 3 > PAYLOAD_BYTES) tooLarge(output, state.resource);
      execution.record('TaskSucceeded', state.name);
      return { value: JSON.parse(output) as Json, bytes: bytesOf(output) };
    } catch (thrown) {
      if (thrown instanceof StateFailure)
        execution.record(
          thrown.error === 'States.Timeout' ? 'TaskTimedOut' : 'TaskFailed',
          state.name,
          thrown,
        );
      throw thrown;
    }
  }

  #within(timeout: number | undefined, life: Life, work: Promise<string>): Promise<string> {
    if (timeout === undefined) return life.hold(work);
    return new Promise((resolve, reject) => {
      life.after(seconds(timeout), () =>
        reject(new StateFailure('States.Timeout', `the task did not end within ${timeout} s`)),
      );
      life.hold(work).then(resolve, reject);
    });
  }

  /** Answers the task's result as JSON text. */
  async #perform(
    resource: string,
    request: Json,
    text: string,
    life: Life,
    machine: Machine,
  ): Promise<string> {
    if (FUNCTION.test(resource)) return this.#invoke(machine, resource, text);
    const fields = fieldsOf(resource, request);
    switch (resource.replace(TOKEN, '')) {
      case INVOKE: {
        only(resource, fields, ['FunctionName', 'Payload']);
        const payload = await this.#invoke(
          machine,
          String(fields['FunctionName']),
          JSON.stringify(fields['Payload'] ?? {}),
        );
        return `{"ExecutedVersion":"$LATEST","Payload":${payload},"StatusCode":200}`;
      }
      case SEND: {
        only(resource, fields, ['QueueUrl', 'MessageBody']);
        const { sendMessage } = this.#parts.integrations;
        if (!sendMessage) throw new NotModelled('states', `${resource} without a queue service`);
        const body = fields['MessageBody'] ?? '';
        const sent = typeof body === 'string' ? body : JSON.stringify(body);
        return JSON.stringify({ MessageId: sendMessage(String(fields['QueueUrl']), sent) });
      }
      default:
        return this.#nested(machine, resource, fields, life);
    }
  }

  async #invoke(machine: Machine, arn: string, payload: string): Promise<string> {
    // Step Functions has no name of its own for a 403 of Lambda: it is one of the AWSLambdaException.
    permitted('Lambda.AWSLambdaException', () => this.#parts.permit(machine, 'lambda:InvokeFunction', arn));
    const outcome = await this.#parts.integrations.invoke(arn, payload);
    if (outcome.ok) return outcome.payload;
    throw new StateFailure(outcome.error, outcome.cause);
  }

  async #nested(machine: Machine, resource: string, fields: JsonObject, life: Life): Promise<string> {
    only(resource, fields, ['StateMachineArn', 'Input', 'Name']);
    const name = fields['Name'];
    const nested = String(fields['StateMachineArn']);
    permitted('StepFunctions.AWSStepFunctionsException', () => {
      this.#parts.permit(machine, 'states:StartExecution', nested);
      if (resource !== START) this.#mayWaitFor(machine, nested);
    });
    let child: Execution;
    try {
      child = this.#parts.start(
        nested,
        JSON.stringify(fields['Input'] ?? {}),
        typeof name === 'string' ? name : undefined,
      );
    } catch (thrown) {
      if (!(thrown instanceof AwsError)) throw thrown;
      throw new StateFailure(`StepFunctions.${thrown.name}Exception`, thrown.message);
    }
    if (resource === START) return JSON.stringify({ ExecutionArn: child.arn, StartDate: child.startedAt });
    life.onEnd(() => {
      // It ends its children where it may; what it may not stop, runs on by itself.
      if (child.status === 'RUNNING' && this.#mayStop(machine, child)) this.#parts.stop(child);
    });
    await child.ended;
    if (child.status === 'SUCCEEDED') return JSON.stringify(described(child, true));
    // Whatever the child's error was, the parent sees States.TaskFailed (connect-stepfunctions.html).
    throw new StateFailure('States.TaskFailed', JSON.stringify(described(child, false)));
  }

  #mayWaitFor(machine: Machine, nested: string): void {
    const executions = `${nested.replace(':stateMachine:', ':execution:')}:its-name`;
    this.#parts.permit(machine, 'states:DescribeExecution', executions);
    for (const action of ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'])
      this.#parts.permit(machine, action, waitingRule(machine));
  }

  #mayStop(machine: Machine, child: Execution): boolean {
    try {
      this.#parts.permit(machine, 'states:StopExecution', child.arn);
      return true;
    } catch (thrown) {
      if (thrown instanceof AwsError) return false;
      throw thrown;
    }
  }
}

/** Where Step Functions hears of the end of what a machine waits for (connect-stepfunctions.html). */
const waitingRule = ({ region, account }: Machine): string =>
  `arn:aws:events:${region}:${account}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`;

/** What a nested execution looks like to its parent; `.sync:2` gives input and output as JSON, a cause as text. */
const described = (child: Execution, parsed: boolean): object => ({
  ExecutionArn: child.arn,
  Input: parsed ? child.data : child.input,
  Name: child.name,
  ...(child.output === undefined ? {} : { Output: JSON.parse(child.output) as Json }),
  ...(child.error === undefined ? {} : { Error: child.error }),
  ...(child.cause === undefined ? {} : { Cause: child.cause }),
  StartDate: child.startedAt,
  StateMachineArn: child.machine.arn,
  Status: child.status,
  StopDate: child.stoppedAt,
});

function timeoutOf(state: TaskState, from: Parameters<typeof mustRead>[2]): number | undefined {
  const { timeoutSeconds: timeout } = state;
  if (typeof timeout !== 'string') return timeout;
  const value = mustRead(timeout, 'TimeoutSecondsPath', from);
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw runtime(
    `The TimeoutSecondsPath must name a positive whole number; received ${JSON.stringify(value)}`,
  );
}

function fieldsOf(resource: string, request: Json): JsonObject {
  if (isObject(request)) return request;
  throw runtime(`The Parameters of ${resource} must be an object; received ${JSON.stringify(request)}`);
}

function only(resource: string, fields: JsonObject, known: readonly string[]): void {
  for (const field of Object.keys(fields))
    if (!known.includes(field)) throw new NotModelled('states', `${field} of ${resource}`);
}

function tooLarge(output: string, resource: string): void {
  if (bytesOf(output) > PAYLOAD_BYTES)
    throw new StateFailure(
      'States.DataLimitExceeded',
      `The state/task '${resource}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
}
