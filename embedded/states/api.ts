import { AwsError, type Call, NotModelled, onlyModelled } from '../service.ts';
import type { Execution, HistoryEvent, Machine } from './execution.ts';
import { StateFailure } from './failure.ts';
import { bytesOf, PAYLOAD_BYTES } from './json.ts';
import type { Tokens } from './tokens.ts';

/** What the operations act on. */
export interface Workflows {
  readonly tokens: Tokens;
  readonly machines: readonly Machine[];
  machine(arn: string): Machine | undefined;
  execution(arn: string): Execution | undefined;
  list(machineOrMapRunArn: string): readonly Execution[];
  start(
    machineArn: string,
    request: { readonly input?: string; readonly name?: string | undefined },
  ): Execution;
  stop(execution: Execution, error?: string, cause?: string): void;
}

interface Request {
  readonly stateMachineArn?: string;
  readonly executionArn?: string;
  readonly mapRunArn?: string;
  readonly name?: string;
  readonly input?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly output?: string;
  readonly taskToken?: string;
  readonly statusFilter?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly reverseOrder?: boolean;
  readonly includeExecutionData?: boolean;
}
type Operation = (states: Workflows, request: Request, call: Call) => object;

const OPERATIONS: Readonly<Record<string, { readonly members: readonly string[]; readonly run: Operation }>> =
  {
    StartExecution: {
      members: ['stateMachineArn', 'name', 'input'],
      run: (states, r, call) => {
        inRegion(r.stateMachineArn, call);
        const { arn, startedAt } = states.start(r.stateMachineArn!, r);
        return { executionArn: arn, startDate: new Date(startedAt) };
      },
    },
    StopExecution: {
      members: ['executionArn', 'error', 'cause'],
      run: (states, r, call) => {
        const execution = found(states, r.executionArn, call);
        states.stop(execution, r.error, r.cause);
        return { stopDate: new Date(execution.stoppedAt ?? call.now) };
      },
    },
    DescribeExecution: {
      members: ['executionArn'],
      run: (states, r, call) => describe(found(states, r.executionArn, call)),
    },
    ListExecutions: {
      members: ['stateMachineArn', 'mapRunArn', 'statusFilter', 'maxResults', 'nextToken'],
      run: listExecutions,
    },
    ListMapRuns: {
      members: ['executionArn'],
      run: (states, r, call) => {
        const { arn, machine, mapRuns } = found(states, r.executionArn, call);
        const run = (mapRunArn: string) => ({ mapRunArn, executionArn: arn, stateMachineArn: machine.arn });
        return { mapRuns: mapRuns.map(run) };
      },
    },
    GetExecutionHistory: {
      members: ['executionArn', 'maxResults', 'nextToken', 'reverseOrder', 'includeExecutionData'],
      run: (states, r, call) => {
        const events = found(states, r.executionArn, call).history.map(historyEvent);
        const page = pageOf(r.reverseOrder ? events.reverse() : events, r);
        return { events: page.items, ...page.rest };
      },
    },
    ListStateMachines: {
      members: ['maxResults', 'nextToken'],
      run: (states, r, call) => {
        const here = states.machines.filter((machine) => machine.region === call.region);
        const page = pageOf(here.map(summary), r);
        return { stateMachines: page.items, ...page.rest };
      },
    },
    DescribeStateMachine: {
      members: ['stateMachineArn'],
      run: (states, r, call) => {
        const machine = foundMachine(states, r.stateMachineArn, call);
        const { definition, role: roleArn } = machine;
        return { ...summary(machine), status: 'ACTIVE', definition, roleArn };
      },
    },
    SendTaskSuccess: {
      members: ['taskToken', 'output'],
      run: (states, { taskToken, output = '{}' }) => {
        if (bytesOf(output) > PAYLOAD_BYTES || !isJson(output))
          throw new AwsError('InvalidOutput', `the output must be JSON of at most ${PAYLOAD_BYTES} bytes`);
        states.tokens.settle(taskToken ?? '', { output });
        return {};
      },
    },
    SendTaskFailure: {
      members: ['taskToken', 'error', 'cause'],
      run: (states, { taskToken, error = '', cause = '' }) => {
        states.tokens.settle(taskToken ?? '', new StateFailure(error, cause));
        return {};
      },
    },
    SendTaskHeartbeat: {
      members: ['taskToken'],
      run: (states, { taskToken }) => {
        states.tokens.beat(taskToken ?? '');
        return {};
      },
    },
  };

/** The operations of Step Functions, in the SDK's shapes. */
export class StatesApi {
  readonly #states: Workflows;

  constructor(states: Workflows) {
    this.#states = states;
  }

  call(operation: string, input: object, call: Call): object {
    const known = OPERATIONS[operation];
    if (!known) throw new NotModelled('states', operation);
    onlyModelled('states', operation, input, known.members);
    return known.run(this.#states, input as Request, call);
  }
}

function listExecutions(states: Workflows, r: Request, call: Call): object {
  if (r.stateMachineArn !== undefined) foundMachine(states, r.stateMachineArn, call);
  const all = states.list(r.mapRunArn ?? r.stateMachineArn ?? '');
  const wanted = all.filter((e) => r.statusFilter === undefined || e.status === r.statusFilter);
  const page = pageOf(wanted.reverse(), r);
  return { executions: page.items.map(listed), ...page.rest };
}

function found(states: Workflows, arn: string | undefined, call: Call): Execution {
  inRegion(arn, call);
  const execution = states.execution(arn!);
  if (execution) return execution;
  throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
}

function foundMachine(states: Workflows, arn: string | undefined, call: Call): Machine {
  inRegion(arn, call);
  const machine = states.machine(arn!);
  if (machine) return machine;
  throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}

/** A region knows its own resources only. */
function inRegion(arn: string | undefined, call: Call): void {
  if (arn?.split(':')[3] !== call.region)
    throw new AwsError(
      'InvalidArn',
      `Invalid Arn: '${arn}' is not of ${call.region}, where the call was made`,
    );
}

function pageOf<T>(all: readonly T[], { maxResults, nextToken }: Request) {
  const from = Number(nextToken ?? 0);
  const to = from + (maxResults || 100);
  return { items: all.slice(from, to), rest: to < all.length ? { nextToken: String(to) } : {} };
}

const summary = (machine: Machine) => ({
  stateMachineArn: machine.arn,
  name: machine.name,
  type: 'STANDARD',
  creationDate: new Date(machine.createdAt),
});

const listed = (e: Execution) => ({
  executionArn: e.arn,
  stateMachineArn: e.machine.arn,
  name: e.name,
  status: e.status,
  startDate: new Date(e.startedAt),
  ...(e.stoppedAt === undefined ? {} : { stopDate: new Date(e.stoppedAt) }),
  ...(e.mapRun === undefined ? {} : { mapRunArn: e.mapRun }),
});

const describe = (e: Execution) => ({
  ...listed(e),
  input: e.input,
  inputDetails: { included: true },
  ...(e.output === undefined ? {} : { output: e.output, outputDetails: { included: true } }),
  ...(e.error === undefined ? {} : { error: e.error }),
  ...(e.cause === undefined ? {} : { cause: e.cause }),
});

function historyEvent(event: HistoryEvent, index: number): object {
  const { state: name, error, cause } = event;
  const failure = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  const failed = error !== undefined || cause !== undefined;
  const details = event.type.endsWith('StateEntered')
    ? { stateEnteredEventDetails: { name } }
    : event.type.endsWith('StateExited')
      ? { stateExitedEventDetails: { name } }
      : failed
        ? { [`${event.type[0]!.toLowerCase()}${event.type.slice(1)}EventDetails`]: failure }
        : {};
  return {
    id: index + 1,
    previousEventId: index,
    timestamp: new Date(event.at),
    type: event.type,
    ...details,
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
