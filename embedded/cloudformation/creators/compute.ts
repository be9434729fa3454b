import type { Functions } from '../../functions/functions.ts';
import type { FunctionIdentity, Startable } from '../../functions/sandbox.ts';
import type { Iam } from '../../iam/iam.ts';
import { AwsError } from '../../service.ts';
import type { States } from '../../states/states.ts';
import type { Creators } from '../deploy.ts';
import { list, type Properties, part, text, whole } from './properties.ts';

interface ComputeParts {
  readonly functions: Functions;
  readonly states: States;
  readonly iam: Iam;
  /** Loads the handler of a function from the entry that its template names. */
  readonly load: (entry: string) => Promise<Startable>;
}

/** The metadata by which a synthesized function names its handler's source. */
const ENTRY = 'holdfast:entry';

/** Functions and state machines. */
export function compute({ functions, states, iam, load }: ComputeParts): Creators {
  return {
    'AWS::Lambda::Function': (p, { account, region, generatedName, metadata }) => {
      const name = text(p, 'FunctionName') ?? generatedName.slice(0, 64);
      const arn = `arn:aws:lambda:${region}:${account}:function:${name}`;
      const entry = metadata[ENTRY];
      if (typeof entry !== 'string')
        throw new Error(
          `function ${name} names no entry in its metadata ${ENTRY}; the embedded cloud cannot run it`,
        );
      const role = text(p, 'Role')!;
      iam.assume({ service: 'lambda.amazonaws.com', sourceArn: arn, role });
      const deadLetter = text(p, 'DeadLetterConfig', 'TargetArn');
      const reserved = whole(p, 'ReservedConcurrentExecutions');
      const network = networkOf(p);
      if (network) mayStandInNetwork(iam, role);
      functions.createFunction({
        name,
        arn,
        account,
        region,
        role,
        environment: {
          ...(part(p, 'Environment', 'Variables') as Record<string, string>),
          AWS_REGION: region,
          AWS_LAMBDA_FUNCTION_NAME: name,
        },
        timeoutSeconds: whole(p, 'Timeout') ?? 3,
        memoryMb: whole(p, 'MemorySize') ?? 128,
        ...(reserved === undefined ? {} : { reservedConcurrency: reserved }),
        ...(deadLetter === undefined ? {} : { deadLetter }),
        ...(network && { network }),
        load: () => load(entry),
      });
      return { ref: name, attributes: { Arn: arn } };
    },
    'AWS::Lambda::EventInvokeConfig': (_p, { logicalId }) => ({ ref: logicalId }),
    'AWS::StepFunctions::StateMachine': (p, { account, region, generatedName }) => {
      const name = text(p, 'StateMachineName') ?? generatedName.slice(0, 80);
      const role = text(p, 'RoleArn')!;
      const sourceArn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
      iam.assume({ service: 'states.amazonaws.com', sourceArn, role });
      const { arn } = states.createStateMachine({
        name,
        account,
        region,
        role,
        definition: definitionOf(p),
      });
      return { ref: arn, attributes: { Arn: arn, Name: name } };
    },
  };
}

function networkOf(p: Properties): FunctionIdentity['network'] {
  const securityGroups = list<string>(p, 'VpcConfig', 'SecurityGroupIds');
  const subnets = list<string>(p, 'VpcConfig', 'SubnetIds');
  return subnets.length === 0 ? undefined : { subnets, securityGroups };
}

/** What a function's own role needs for its interfaces in a VPC (lambda/latest/dg/configuration-vpc.html). */
const INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** Lambda makes the interfaces as that role, and looks at its rights when the function is made. */
function mayStandInNetwork(iam: Iam, role: string): void {
  for (const action of INTERFACES)
    if (!iam.may(role, { action, resource: '*', context: {} }))
      throw new AwsError(
        'InvalidParameterValueException',
        `The provided execution role does not have permissions to call ${action.slice('ec2:'.length)} on EC2`,
      );
}

/** The deployed string with its substitutions made, as CloudFormation hands it to Step Functions. */
function definitionOf(p: Properties): string {
  const substitutions = part(p, 'DefinitionSubstitutions');
  return text(p, 'DefinitionString')!.replace(
    /\$\{([^}]+)\}/g,
    (whole, name: string) => text(substitutions, name) ?? whole,
  );
}

/** Resources that leave no trace in a simulation: what they would do is done elsewhere, or is for people to look at. */
export const INERT: Creators = Object.fromEntries(
  [
    'AWS::Logs::LogGroup',
    'AWS::Logs::ResourcePolicy',
    'AWS::CloudWatch::Dashboard',
    'AWS::CDK::Metadata',
  ].map((type) => [
    type,
    (p: Properties, { logicalId, account, region, generatedName }) => {
      const name = text(p, 'LogGroupName') ?? generatedName;
      return {
        ref: type === 'AWS::Logs::LogGroup' ? name : logicalId,
        attributes: { Arn: `arn:aws:logs:${region}:${account}:log-group:${name}:*` },
      };
    },
  ]),
) as Creators;
