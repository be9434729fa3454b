import type { Template } from 'aws-cdk-lib/assertions';
import { ACCOUNT, PRIMARY, RECOVERY } from './synthesized.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Long names as people say them. Longer patterns first. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`arn:aws:s3:::holdfast-vault-${ACCOUNT}-${PRIMARY}`), 'vault(primary)'],
  [new RegExp(`arn:aws:s3:::holdfast-vault-${ACCOUNT}-${RECOVERY}`), 'vault(recovery)'],
  [new RegExp(`arn:aws:s3:::holdfast-restored-${ACCOUNT}-[a-z0-9-]+?-\\d`), 'landing'],
  [new RegExp(`arn:aws:s3:::cdk-[a-z0-9]+-assets-${ACCOUNT}-[a-z0-9-]+/.*`), 'the configuration'],
  [/arn:aws:s3:::/, 'bucket '],
  [new RegExp(`arn:aws:iam::${ACCOUNT}:role/holdfast-[a-z]+-[a-z]+-\\d-`), 'role '],
  [new RegExp(`arn:aws:ecs:[a-z0-9-]+:${ACCOUNT}:`), 'ecs '],
  [new RegExp(`arn:aws:logs:[a-z0-9-]+:${ACCOUNT}:log-group:/holdfast/`), 'log '],
  [new RegExp(`arn:aws:dynamodb:[a-z0-9-]+:${ACCOUNT}:table/holdfast-catalog`), 'catalog'],
  [new RegExp(`arn:aws:events:[a-z0-9-]+:${ACCOUNT}:event-bus/holdfast`), 'bus'],
  [new RegExp(`arn:aws:kms:${PRIMARY}:${ACCOUNT}:key/\\*`), 'keys(primary)'],
  [new RegExp(`arn:aws:kms:${RECOVERY}:${ACCOUNT}:key/\\*`), 'keys(recovery)'],
  [new RegExp(`arn:aws:lambda:[a-z0-9-]+:${ACCOUNT}:function:holdfast-`), 'function '],
  [new RegExp(`arn:aws:rds:${PRIMARY}:${ACCOUNT}:`), 'rds(primary) '],
  [new RegExp(`arn:aws:rds:${RECOVERY}:${ACCOUNT}:`), 'rds(recovery) '],
  [new RegExp(`arn:aws:states:[a-z0-9-]+:${ACCOUNT}:stateMachine:`), 'machine '],
  [new RegExp(`arn:aws:states:[a-z0-9-]+:${ACCOUNT}:execution:`), 'executions '],
  [new RegExp(`arn:aws:states:[a-z0-9-]+:${ACCOUNT}:mapRun:`), 'runs '],
  [
    new RegExp(`arn:aws:logs:[a-z0-9-]+:${ACCOUNT}:log-group:/aws/lambda/holdfast-[a-z-]+:log-stream:\\*`),
    'own log',
  ],
];

function said(resource: unknown): string {
  const text = typeof resource === 'string' ? resource : referenced(resource);
  return WORDS.reduce((name, [pattern, word]) => name.replace(pattern, word), text);
}

/** A reference within the stack, by the logical id without its hash. */
function referenced(resource: unknown): string {
  const { 'Fn::GetAtt': attribute, Ref: ref } = resource as {
    'Fn::GetAtt'?: readonly string[];
    Ref?: string;
  };
  return (attribute?.[0] ?? ref ?? JSON.stringify(resource)).replace(/[0-9A-F]{8}$/, '');
}

const conditions = (statement: Statement): string =>
  Object.values(statement.Condition ?? {})
    .flatMap((tests) => Object.entries(tests))
    .map(
      ([key, value]) =>
        `${key.replace(/^kms:EncryptionContext:aws:s3:arn$/, 'for')}=${[value].flat().map(said).join('|')}`,
    )
    .sort()
    .join(' and ');

/** One action on one resource: the smallest thing that can be granted, or with `!` denied. */
const atomsOf = (statement: Statement): string[] => {
  const when = conditions(statement);
  return [statement.Resource]
    .flat()
    .flatMap((resource) =>
      [statement.Action]
        .flat()
        .map(
          (action) =>
            `${statement.Effect === 'Deny' ? '!' : ''}${action} on ${said(resource)}${when === '' ? '' : ` when ${when}`}`,
        ),
    );
};

/** `a b on x, y when z` as the four things that it grants. */
export function atoms(...lines: readonly string[]): string[] {
  return lines.flatMap((text) => {
    const [, actions, resources, when = ''] = /^(.+?) on (.+?)( when .+)?$/.exec(text) as unknown as string[];
    return resources!
      .split(', ')
      .flatMap((resource) => actions!.split(' ').map((action) => `${action} on ${resource}${when}`));
  });
}

export const sorted = (lines: Iterable<string>): string[] => [...new Set(lines)].toSorted();

/** What every role of a stack may do, by the role's name without its prefix. */
export function rightsOf(template: Template): Readonly<Record<string, readonly string[]>> {
  const roles = template.findResources('AWS::IAM::Role');
  const rights: Record<string, string[]> = {};
  for (const policy of Object.values(template.findResources('AWS::IAM::Policy'))) {
    const { Roles, PolicyDocument } = policy['Properties'] as {
      readonly Roles: readonly { readonly Ref: string }[];
      readonly PolicyDocument: { readonly Statement: readonly Statement[] };
    };
    for (const { Ref } of Roles) {
      const name = String(roles[Ref]?.['Properties']?.RoleName ?? Ref).replace(
        /^holdfast-[a-z]+-[a-z]+-\d-/,
        '',
      );
      rights[name] = sorted([...(rights[name] ?? []), ...PolicyDocument.Statement.flatMap(atomsOf)]);
    }
  }
  return rights;
}
