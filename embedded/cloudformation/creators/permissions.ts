import type { PolicyDocument, Statement } from '../../iam/evaluate.ts';
import type { Iam } from '../../iam/iam.ts';
import { onlyModelled } from '../../service.ts';
import type { Creators, ResourceContext } from '../deploy.ts';
import { list, type Properties, text } from './properties.ts';

/** Roles with their trust and policies, and the policies of functions, queues and topics. */
export function permissions(iam: Iam): Creators {
  const attachAll = (p: Properties, context: ResourceContext): void => {
    for (const role of list<string>(p, 'Roles'))
      iam.attach(roleArn(context.account, role), p['PolicyDocument'] as PolicyDocument);
  };
  return {
    'AWS::IAM::Role': (p, context) => {
      const name = text(p, 'RoleName') ?? context.generatedName.slice(0, 64);
      const arn = roleArn(context.account, name);
      iam.addRole(arn, p['AssumeRolePolicyDocument'] as PolicyDocument);
      for (const inline of list(p, 'Policies')) iam.attach(arn, inline['PolicyDocument'] as PolicyDocument);
      return { ref: name, attributes: { Arn: arn, RoleId: name } };
    },
    'AWS::IAM::Policy': (p, context) => {
      attachAll(p, context);
      return { ref: context.logicalId };
    },
    'AWS::IAM::ManagedPolicy': (p, context) => {
      attachAll(p, context);
      return { ref: `arn:aws:iam::${context.account}:policy/${context.generatedName}` };
    },
    'AWS::Lambda::Permission': (p, { logicalId }) => {
      iam.addResourcePolicy(text(p, 'FunctionName')!, { Statement: invokeStatement(p) });
      return { ref: logicalId };
    },
    'AWS::SNS::TopicPolicy': (p, { logicalId }) => {
      for (const topic of list<string>(p, 'Topics'))
        iam.addResourcePolicy(topic, p['PolicyDocument'] as PolicyDocument);
      return { ref: logicalId };
    },
    'AWS::SQS::QueuePolicy': (p, { logicalId, account }) => {
      for (const url of list<string>(p, 'Queues'))
        iam.addResourcePolicy(queueArn(url, account), p['PolicyDocument'] as PolicyDocument);
      return { ref: logicalId };
    },
  };
}

/** What AddPermission writes into a function's policy. */
function invokeStatement(p: Properties): Statement {
  onlyModelled('iam', 'AWS::Lambda::Permission', p, MEMBERS);
  const sourceArn = text(p, 'SourceArn');
  const sourceAccount = text(p, 'SourceAccount');
  return {
    Effect: 'Allow',
    Action: text(p, 'Action')!,
    Resource: text(p, 'FunctionName')!,
    Principal: { Service: text(p, 'Principal')! },
    Condition: {
      ...(sourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': sourceArn } }),
      ...(sourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': sourceAccount } }),
    },
  };
}

const MEMBERS = ['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount'];

/** A queue's template reference is its URL: `https://sqs.<region>.amazonaws.com/<account>/<name>`. */
const queueArn = (url: string, account: string): string =>
  `arn:aws:sqs:${url.split('.')[1]}:${account}:${url.split('/').at(-1)}`;

export const roleArn = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;
