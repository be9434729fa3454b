import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { invariant } from '../../core/errors/assert.ts';
import {
  type Definition,
  machineKey,
  nestedKeyOf,
  runsTask,
  type State,
  startsChildren,
  statesOf,
  taskOf,
} from '../../workflows/asl/language.ts';
import type { TaskName } from '../../workflows/contracts/tasks.ts';
import { definitionString, MACHINES, type MachineName } from '../../workflows/index.ts';
import { acknowledge, allow } from '../access/statement.ts';
import type { Site } from '../config/settings.ts';
import { executionsArn, machineArn, machineName, nestedRuleArn, roleName } from '../names.ts';
import type { TaskFunction } from './task-function.ts';

export interface MachineProps {
  readonly site: Site;
  readonly machine: MachineName;
  readonly definition: Definition;
  readonly functions: ReadonlyMap<TaskName, TaskFunction>;
}

/** How long a task that asks somebody may take to ask: the state then waits by itself. */
const ASKING_SECONDS = 60;

const statesIn = ({ States: states }: Definition): readonly State[] =>
  statesOf(states).map(([, state]) => state);

/**
 * The tasks of a definition with the longest that any of their states waits for them, in seconds. A state that waits
 * for a token waits for whoever has it, not for the task.
 */
export function tasksOf(definition: Definition): ReadonlyMap<TaskName, number> {
  const tasks = new Map<TaskName, number>();
  for (const state of statesIn(definition)) {
    const name = taskOf(state);
    if (name === undefined) continue;
    const atMost = runsTask(state) ? state.TimeoutSeconds : ASKING_SECONDS;
    tasks.set(name, Math.max(atMost, tasks.get(name) ?? 0));
  }
  return tasks;
}

/** The machines that a definition runs. */
export function machinesOf(definition: Definition): readonly MachineName[] {
  const keys = new Set(statesIn(definition).map(nestedKeyOf));
  return (Object.keys(MACHINES) as MachineName[]).filter((machine) => keys.has(machineKey(machine)));
}

/** One machine: the very string that `workflows/` makes and the embedded cloud runs, with the functions' ARNs put in. */
export class Machine extends Construct {
  readonly machine: MachineName;
  readonly resource: StateMachine;

  constructor(scope: Construct, { site, machine, definition, functions }: MachineProps) {
    super(scope, machine);
    this.machine = machine;
    const { account, region } = site;
    const called = [...tasksOf(definition).keys()].map((task) => {
      const found = functions.get(task);
      invariant(found, 'every task that a machine calls is deployed where the machine is', { machine, task });
      return found;
    });
    const role = new Role(this, 'Role', {
      roleName: roleName(region, `Run${machine[0]!.toUpperCase()}${machine.slice(1)}`),
      description: `Runs ${machineName(machine)} of Holdfast in ${region}`,
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': machineArn(account, region, machine) },
        },
      }),
    });
    // A definition that is a string brings no permissions with it: these are all there are.
    allow(role, {
      actions: ['lambda:InvokeFunction'],
      resources: called.map(({ resource }) => resource.functionArn),
    });
    if (statesIn(definition).some(startsChildren)) this.#mayRunItsOwnChildren(role, site);
    const nested = machinesOf(definition);
    mayRun(role, site, nested);
    this.resource = new StateMachine(this, 'Resource', {
      stateMachineName: machineName(machine),
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(definitionString(definition)),
      definitionSubstitutions: Object.fromEntries([
        ...called.map(({ task, resource }) => [task, resource.functionArn]),
        ...nested.map((name) => [machineKey(name), machineArn(account, region, name)]),
      ]),
      role,
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Log', {
          logGroupName: `/aws/vendedlogs/states/${machineName(machine)}`,
          retention: RetentionDays.THREE_MONTHS,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ERROR,
        includeExecutionData: true,
      },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(
      role,
      'AwsSolutions-IAM5[Resource::*]',
      'log delivery and X-Ray are authorized on no resource of their own',
    );
    Validations.of(this.resource).acknowledge({
      id: 'AwsSolutions-SF1',
      reason:
        'Step Functions keeps the whole history for 90 days; logging it all again would cost more than running it, and errors are logged',
    });
  }

  /** A Distributed Map starts its children as executions of the machine itself (step-functions, state-map-distributed). */
  #mayRunItsOwnChildren(role: Role, { account, region }: Site): void {
    allow(role, {
      actions: ['states:StartExecution'],
      resources: [machineArn(account, region, this.machine)],
    });
    const executions = executionsArn(account, region, this.machine);
    allow(role, {
      actions: ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'],
      resources: [`${executions}:*`, `${executions}/*:*`],
      because: 'children of a Distributed Map get their names from Step Functions',
    });
  }
}

/**
 * Step Functions hears of the end of a machine that another one runs by a rule of its own, which it makes for the
 * account when it needs it (connect-stepfunctions.html); a parent that is stopped stops what it runs.
 */
function mayRun(role: Role, { account, region }: Site, machines: readonly MachineName[]): void {
  if (machines.length === 0) return;
  allow(role, {
    actions: ['states:StartExecution'],
    resources: machines.map((machine) => machineArn(account, region, machine)),
  });
  allow(role, {
    actions: ['states:DescribeExecution', 'states:StopExecution'],
    resources: machines.map((machine) => `${executionsArn(account, region, machine)}:*`),
    because: 'executions are named by what they are for',
  });
  allow(role, {
    actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
    resources: [nestedRuleArn(account, region)],
  });
}
