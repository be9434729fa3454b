import type { PolicyDocument } from '../../iam/evaluate.ts';
import type { Iam } from '../../iam/iam.ts';
import type { Creators, ResourceContext } from '../deploy.ts';
import { list, type Properties, text } from './properties.ts';

/** Roles and policies. What services are allowed by resource policies of functions, queues and topics is not checked. */
export function permissions(iam: Iam): Creators {
  const attachAll = (p: Properties, context: ResourceContext): void => {
    for (const role of list<string>(p, 'Roles'))
      iam.attach(roleArn(context.account, role), p['PolicyDocument'] as PolicyDocument);
  };
  return {
    'AWS::IAM::Role': (p, context) => {
      const name = text(p, 'RoleName') ?? context.generatedName.slice(0, 64);
      const arn = roleArn(context.account, name);
      iam.addRole(arn);
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
  };
}

export const roleArn = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;
