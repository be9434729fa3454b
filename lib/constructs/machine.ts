import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { invariant } from '../../core/errors/assert.ts';
import type { Definition, State } from '../../workflows/asl/language.ts';
import type { TaskName } from '../../workflows/contracts/tasks.ts';
import { definitionString, type MachineName } from '../../workflows/index.ts';
import { acknowledge, allow } from '../access/statement.ts';
import type { Site } from '../config/settings.ts';
import { executionsArn, machineArn, machineName, roleName } from '../names.ts';
import type { TaskFunction } from './task-function.ts';

export interface MachineProps {
  readonly site: Site;
  readonly machine: MachineName;
  readonly definition: Definition;
  readonly functions: ReadonlyMap<TaskName, TaskFunction>;
}

const allStates = (states: Definition['States']): readonly State[] =>
  Object.values(states).flatMap((state) =>
    state.Type === 'Map' ? [state, ...allStates(state.ItemProcessor.States)] : [state],
  );

/** The tasks of a definition with the longest that any of their states waits for them, in seconds. */
export function tasksOf(definition: Definition): ReadonlyMap<TaskName, number> {
  const tasks = new Map<TaskName, number>();
  for (const state of allStates(definition.States)) {
    const name = state.Type === 'Task' ? /^\$\{(\w+)\}$/.exec(state.Resource)?.[1] : undefined;
    if (state.Type === 'Task' && name !== undefined)
      tasks.set(name as TaskName, Math.max(state.TimeoutSeconds, tasks.get(name as TaskName) ?? 0));
  }
  return tasks;
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
    if (allStates(definition.States).some(({ Type }) => Type === 'Map'))
      this.#mayRunItsOwnChildren(role, site);
    this.resource = new StateMachine(this, 'Resource', {
      stateMachineName: machineName(machine),
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(definitionString(definition)),
      definitionSubstitutions: Object.fromEntries(
        called.map(({ task, resource }) => [task, resource.functionArn]),
      ),
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
