import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnFunction,
  type Code,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AnyContract, TaskName } from '../../workflows/contracts/tasks.ts';
import { allow } from '../access/statement.ts';
import { functionName, roleName } from '../names.ts';

/** Where a function's template says which source file it is: the embedded cloud runs that file. */
export const ENTRY_METADATA = 'holdfast:entry';

export interface TaskFunctionProps {
  readonly contract: AnyContract;
  readonly account: string;
  readonly region: string;
  /** The handler's source, relative to the repository. */
  readonly entry: string;
  readonly code: Code;
  /** What its env schema names; `variablesOf` makes it, and does not compile when one is missing. */
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeout: Duration;
  /** Receives events that nobody waits for an answer to, when every attempt has failed. @default none */
  readonly undelivered?: IQueue;
  /** Of a task that has several functions, what this one of them is called. @default all after the task */
  readonly named?: { readonly id: string; readonly function: string; readonly role: string };
  /** The network that the function stands in. @default none of the account's */
  readonly network?: { readonly subnets: readonly string[]; readonly securityGroups: readonly string[] };
}

/** One task as a function of its own, with a role of its own that starts with the right to write its own log. */
export class TaskFunction extends Construct {
  readonly task: TaskName;
  readonly role: Role;
  readonly resource: LambdaFunction;

  constructor(scope: Construct, props: TaskFunctionProps) {
    super(scope, props.named?.id ?? props.contract.name);
    const { contract, undelivered, network } = props;
    const name = props.named?.function ?? functionName(contract.name);
    this.task = contract.name;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${name}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      roleName: props.named?.role ?? roleName(props.region, contract.name),
      description: `${contract.name} of Holdfast in ${props.region}`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    allow(this.role, {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`arn:aws:logs:${props.region}:${props.account}:log-group:/aws/lambda/${name}:log-stream:*`],
      because: 'Lambda names the streams of a log group as it goes',
    });
    this.resource = new LambdaFunction(this, 'Resource', {
      functionName: name,
      description: contract.does,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      environment: { ...props.variables },
      role: this.role,
      logGroup,
      ...(undelivered ? { deadLetterQueue: undelivered } : {}),
    });
    const resource = this.resource.node.defaultChild as CfnFunction;
    resource.addMetadata(ENTRY_METADATA, props.entry);
    // By ids, which need no look-up of the VPC that they belong to.
    if (network)
      resource.vpcConfig = {
        subnetIds: [...network.subnets],
        securityGroupIds: [...network.securityGroups],
      };
  }
}
