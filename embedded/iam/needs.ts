import { functionArn } from '../functions/invoke.ts';
import type { Call, ServiceName } from '../service.ts';
import { NotModelled } from '../service.ts';
import { type Describe, type Input, need, type Surroundings, text } from './describe.ts';
import { ec2 } from './ec2-needs.ts';
import { ecs } from './ecs-needs.ts';
import type { Need } from './evaluate.ts';
import { rds } from './rds-needs.ts';
import { s3 } from './s3-needs.ts';

export type { Surroundings } from './describe.ts';

/** The permissions one call needs, as the service authorization reference lists them. */
export function needsOf(
  service: ServiceName,
  operation: string,
  input: object,
  call: Call,
  surroundings: Surroundings,
): readonly Need[] {
  const describe = DESCRIBED[service];
  if (!describe) throw new NotModelled('iam', `permissions of the service ${service}`);
  return describe(operation, input as Input, call, surroundings);
}

const table = (call: Call, name: unknown, index?: unknown) =>
  `arn:aws:dynamodb:${call.region}:${call.account}:table/${name}${index === undefined ? '' : `/index/${index}`}`;

const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

const dynamodb: Describe = (operation, input, call) => {
  if (operation !== 'TransactWriteItems')
    return [need(call, `dynamodb:${operation}`, table(call, input['TableName'], input['IndexName']))];
  return (
    (input['TransactItems'] ?? []) as readonly Readonly<Record<string, { TableName?: string }>>[]
  ).flatMap((item) =>
    Object.entries(item).map(([kind, one]) =>
      need(call, `dynamodb:${TRANSACTION_ACTIONS[kind]}`, table(call, one.TableName)),
    ),
  );
};

const sfn: Describe = (operation, input, call, around) => {
  const token = text(input['taskToken']);
  // The right to answer a token is one to the machine that gave it out (aws-cdk-lib, StateMachine.grantTaskResponse).
  const waiting = token === undefined ? undefined : around.waitingMachine(token);
  const resource =
    waiting ??
    text(input['stateMachineArn']) ??
    text(input['executionArn']) ??
    text(input['mapRunArn']) ??
    '*';
  return [need(call, `states:${operation}`, resource)];
};

const eventbridge: Describe = (operation, input, call) =>
  (
    (input['Entries'] ?? [{}]) as readonly { EventBusName?: string; Source?: string; DetailType?: string }[]
  ).map((entry) => {
    const bus = entry.EventBusName ?? 'default';
    const arn = bus.startsWith('arn:')
      ? bus
      : `arn:aws:events:${call.region}:${call.account}:event-bus/${bus}`;
    return need(call, `events:${operation}`, arn, {
      'events:source': entry.Source,
      'events:detail-type': entry.DetailType,
    });
  });

const plain =
  (prefix: string, ...members: readonly string[]): Describe =>
  (operation, input, call) => [
    need(
      call,
      `${prefix}:${operation}`,
      members.map((member) => text(input[member])).find((value) => value !== undefined) ?? '*',
    ),
  ];

interface ChangeBatch {
  readonly Changes?: readonly {
    readonly Action?: string;
    readonly ResourceRecordSet?: { readonly Name?: string; readonly Type?: string };
  }[];
}

/** What a batch changes, as policies see it: names without the dot at their end (Route 53 guide, specifying-conditions-route53). */
const recordKeys = (batch: ChangeBatch | undefined): Need['context'] => {
  if (!batch) return {};
  const { Changes: changes = [] } = batch;
  return {
    'route53:changeresourcerecordsetsnormalizedrecordnames': changes.map(({ ResourceRecordSet: set }) =>
      (set?.Name ?? '').toLowerCase().replace(/\.$/, ''),
    ),
    'route53:changeresourcerecordsetsrecordtypes': changes.map(
      ({ ResourceRecordSet: set }) => set?.Type ?? '',
    ),
    'route53:changeresourcerecordsetsactions': changes.map(({ Action: action }) => action ?? ''),
  };
};

const DESCRIBED: Partial<Record<ServiceName, Describe>> = {
  s3,
  dynamodb,
  sfn,
  eventbridge,
  rds,
  sns: plain('sns', 'TopicArn'),
  sqs: plain('sqs', 'QueueUrl'),
  lambda: (operation, input, call) => [
    need(
      call,
      operation === 'Invoke' ? 'lambda:InvokeFunction' : `lambda:${operation}`,
      functionArn(text(input['FunctionName']) ?? '*', call),
    ),
  ],
  kms: (operation, input, call, around) => {
    const alias = text(input['AliasName']);
    const key = text(input['TargetKeyId']) ?? text(input['KeyId']) ?? alias;
    if (key === undefined) throw new NotModelled('iam', `the permissions of kms:${operation} without a key`);
    // What changes an alias needs the right to it and to the key behind it (kms-alias.html).
    const aliased = alias === undefined ? [] : [`arn:aws:kms:${call.region}:${call.account}:${alias}`];
    const resolved = around.resolveKey(call.region, key);
    return [
      ...aliased.map((resource) => need(call, `kms:${operation}`, resource)),
      need(call, `kms:${operation}`, resolved, { 'kms:resourcealiases': around.keyAliases(resolved) }),
    ];
  },
  // The secret is read in its caller's name (Aurora guide, Data API: authorizing access).
  'rds-data': (operation, input, call, around) => [
    ...plain('rds-data', 'resourceArn')(operation, input, call, around),
    need(call, 'secretsmanager:GetSecretValue', text(input['secretArn']) ?? '*'),
  ],
  cloudwatch: plain('cloudwatch'),
  ec2,
  ecs,
  'cloudwatch-logs': (operation, input, call) => {
    const { region, account } = call;
    const stream = `${input['logGroupName']}:log-stream:${input['logStreamName']}`;
    return [need(call, `logs:${operation}`, `arn:aws:logs:${region}:${account}:log-group:${stream}`)];
  },
  ssm: (operation, input, call) => [
    need(
      call,
      `ssm:${operation}`,
      `arn:aws:ssm:${call.region}:${call.account}:parameter/${(text(input['Name']) ?? '').replace(/^\//, '')}`,
    ),
  ],
  'route-53': (operation, input, call) => [
    need(
      call,
      `route53:${operation}`,
      `arn:aws:route53:::hostedzone/${input['HostedZoneId']}`,
      recordKeys(input['ChangeBatch'] as ChangeBatch | undefined),
    ),
  ],
  'secrets-manager': (operation, input, call, around) => {
    const { region, account } = call;
    const id = text(input['SecretId']) ?? '';
    const named = id.startsWith('arn:') ? id : `arn:aws:secretsmanager:${region}:${account}:secret:${id}`;
    return [need(call, `secretsmanager:${operation}`, around.secret(region, id) ?? named)];
  },
};
