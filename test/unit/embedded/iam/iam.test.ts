import { beforeEach, describe, expect, it } from 'vitest';
import type { Instant } from '../../../../core/time/instant.ts';
import type { PolicyDocument, Statement } from '../../../../embedded/iam/evaluate.ts';
import { Iam } from '../../../../embedded/iam/iam.ts';
import type { ServiceName } from '../../../../embedded/service.ts';

const ACCOUNT = '111122223333';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;
const BUCKET = 'arn:aws:s3:::box';
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/k`;
const FUNCTION = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:f`;
const TOPIC = `arn:aws:sns:eu-west-1:${ACCOUNT}:alerts`;
const RULE = `arn:aws:events:eu-west-1:${ACCOUNT}:rule/r`;
const MACHINE = `arn:aws:states:eu-west-1:${ACCOUNT}:stateMachine:m`;

let iam: Iam;
let bucketKey: string | undefined;
let clusterKey: string | undefined;
let tags: readonly object[] | undefined;

const policy = (...Statement: Statement[]): PolicyDocument => ({ Statement });
const allow = (Action: string, Resource = '*', more: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const rootOf = { AWS: `arn:aws:iam::${ACCOUNT}:root` };

beforeEach(() => {
  bucketKey = undefined;
  clusterKey = undefined;
  tags = [];
  iam = new Iam({
    bucketKey: () => bucketKey,
    objectTags: () => tags,
    databaseTags: () => undefined,
    databaseKey: () => clusterKey,
    resolveKey: (_, key) => key,
    keyAliases: () => ['alias/vault'],
    ec2Tags: () => undefined,
    taskDefinition: () => undefined,
    secret: () => undefined,
    waitingMachine: () => undefined,
  });
  iam.addRole(ROLE, policy(allow('sts:AssumeRole', '*', { Principal: { Service: 'lambda.amazonaws.com' } })));
});

/** The name of the error that a call of the role is answered, or `allowed`. */
function call(service: ServiceName, operation: string, input: object): string {
  const made = { account: ACCOUNT, region: 'eu-west-1', principal: ROLE, now: 0 as Instant };
  return named(() => iam.authorize({ service, operation, input, call: made, owner: 'f', attempt: 1 }));
}

function named(work: () => void): string {
  try {
    work();
    return 'allowed';
  } catch (thrown) {
    return (thrown as Error).name;
  }
}

const read = () => call('s3', 'GetObject', { Bucket: 'box', Key: 'a' });

describe('a role and a bucket', () => {
  it('nothing is allowed that no policy allows, and every refusal is kept', () => {
    expect(read()).toBe('AccessDenied');
    expect(iam.refusals).toMatchObject([
      { principal: ROLE, action: 's3:GetObject', resource: `${BUCKET}/a` },
    ]);
  });

  it.each([
    ['by its own policy', () => iam.attach(ROLE, policy(allow('s3:GetObject', `${BUCKET}/*`)))],
    [
      'by the policy of the bucket that names it',
      () => iam.addResourcePolicy(BUCKET, policy(allow('s3:GetObject', '*', { Principal: { AWS: ROLE } }))),
    ],
  ])('it is let in %s', (_, write) => {
    write();
    expect(read()).toBe('allowed');
  });

  it("a bucket's policy that names the account leaves it to the role's own", () => {
    iam.addResourcePolicy(BUCKET, policy(allow('s3:GetObject', '*', { Principal: rootOf })));
    expect(read()).toBe('AccessDenied');
  });

  it('an explicit deny on either side wins over every allow', () => {
    iam.attach(ROLE, policy(allow('s3:*')));
    iam.addResourcePolicy(BUCKET, policy({ ...allow('s3:Get*'), Effect: 'Deny', Principal: '*' }));
    expect(read()).toBe('AccessDenied');
    expect(call('s3', 'DeleteObject', { Bucket: 'box', Key: 'a' })).toBe('allowed');
    iam.attach(ROLE, policy({ ...allow('s3:DeleteObject'), Effect: 'Deny' }));
    expect(call('s3', 'DeleteObject', { Bucket: 'box', Key: 'a' })).toBe('AccessDenied');
  });

  it('only who may list it is told that an object is missing', () => {
    iam.attach(ROLE, policy(allow('s3:GetObject')));
    tags = undefined;
    expect(read()).toBe('AccessDenied');
    iam.attach(ROLE, policy(allow('s3:ListBucket', BUCKET)));
    expect(read()).toBe('allowed');
  });

  it('copying an object that carries tags needs the right to read and to write them', () => {
    iam.attach(ROLE, policy(allow('s3:GetObject'), allow('s3:PutObject')));
    const copy = () => call('s3', 'CopyObject', { Bucket: 'box', Key: 'b', CopySource: 'box/a' });
    expect(copy()).toBe('allowed');
    tags = [{ Key: 'team', Value: 'shop' }];
    expect(copy()).toBe('AccessDenied');
    iam.attach(ROLE, policy(allow('s3:GetObjectTagging'), allow('s3:PutObjectTagging')));
    expect(copy()).toBe('allowed');
  });
});

describe('keys', () => {
  const decrypt = (conditions: Statement['Condition']) =>
    policy(allow('s3:GetObject'), allow('kms:Decrypt', KEY, { Condition: conditions! }));

  it('reading under a key needs the key, from the role and from its policy', () => {
    bucketKey = KEY;
    iam.attach(ROLE, policy(allow('s3:GetObject')));
    expect(read()).toBe('AccessDenied');
    iam.attach(ROLE, policy(allow('kms:Decrypt', KEY)));
    expect(read()).toBe('AccessDenied');
    iam.addResourcePolicy(KEY, policy(allow('kms:*', '*', { Principal: rootOf })));
    expect(read()).toBe('allowed');
  });

  it.each([
    ['s3.eu-west-1.amazonaws.com', 'allowed'],
    ['rds.eu-west-1.amazonaws.com', 'AccessDenied'],
  ])('used via %s only: %s', (via, outcome) => {
    bucketKey = KEY;
    iam.addResourcePolicy(KEY, policy(allow('kms:*', '*', { Principal: rootOf })));
    iam.attach(ROLE, decrypt({ StringEquals: { 'kms:ViaService': via } }));
    expect(read()).toBe(outcome);
  });

  it('RDS looks at a key in the name of its caller, and has a fault of its own for it', () => {
    clusterKey = KEY;
    const restore = () =>
      call('rds', 'RestoreDBClusterFromSnapshot', { SnapshotIdentifier: 's', DBClusterIdentifier: 'c' });
    iam.addResourcePolicy(KEY, policy(allow('kms:*', '*', { Principal: rootOf })));
    iam.attach(ROLE, policy(allow('rds:*')));
    expect(restore()).toBe('KMSKeyNotAccessibleFault');
    const Condition = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };
    iam.attach(ROLE, policy(allow('kms:DescribeKey'), allow('kms:CreateGrant', '*', { Condition })));
    expect(restore()).toBe('allowed');
  });

  it('of a key with several aliases one is enough for ForAnyValue', () => {
    clusterKey = KEY;
    iam.addResourcePolicy(KEY, policy(allow('kms:*', '*', { Principal: rootOf })));
    const named = (alias: string) => ({ 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } });
    const snapshot = () =>
      call('rds', 'CreateDBClusterSnapshot', {
        DBClusterIdentifier: 'c',
        DBClusterSnapshotIdentifier: 's',
      });
    iam.attach(ROLE, policy(allow('rds:*'), allow('kms:*', KEY, { Condition: named('alias/other') })));
    expect(snapshot()).toBe('KMSKeyNotAccessibleFault');
    iam.attach(ROLE, policy(allow('kms:*', KEY, { Condition: named('alias/vault') })));
    expect(snapshot()).toBe('allowed');
  });
});

describe('a condition that is not modelled', () => {
  it.each([
    ['key', { StringEquals: { 'aws:UserAgent': 'x' } }],
    ['operator', { IpAddress: { 'aws:PrincipalArn': ROLE } }],
  ])('fails loudly for an unknown %s instead of meaning nothing', (_, Condition) => {
    iam.attach(ROLE, policy(allow('s3:GetObject', '*', { Condition })));
    expect(read()).toBe('NotModelled');
  });
});

describe('services that act by themselves', () => {
  const rule = { service: 'events.amazonaws.com', sourceArn: RULE };

  it('a rule reaches a function only by the policy of that function, and only the rule it names', () => {
    const invoke = (sourceArn = RULE) =>
      named(() => iam.act({ ...rule, sourceArn }, 'lambda:InvokeFunction', FUNCTION));
    expect(invoke()).toBe('AccessDeniedException');
    const Condition = { ArnLike: { 'aws:SourceArn': RULE } };
    const Principal = { Service: 'events.amazonaws.com' };
    iam.addResourcePolicy(FUNCTION, policy(allow('lambda:InvokeFunction', '*', { Principal, Condition })));
    expect(invoke()).toBe('allowed');
    expect(invoke(`${RULE}2`)).toBe('AccessDeniedException');
  });

  it('an alarm reaches a topic that has no policy; one with a policy lets in whom it names', () => {
    const publish = () =>
      named(() => iam.act({ ...rule, service: 'cloudwatch.amazonaws.com' }, 'sns:Publish', TOPIC));
    expect(publish()).toBe('allowed');
    const Principal = { Service: 'events.amazonaws.com' };
    iam.addResourcePolicy(TOPIC, policy(allow('sns:Publish', '*', { Principal })));
    expect(publish()).toBe('AccessDeniedException');
  });

  it('who publishes under a key needs the key as well', () => {
    iam.guard(TOPIC, KEY);
    const publish = () => named(() => iam.act(rule, 'sns:Publish', TOPIC));
    expect(publish()).toBe('AccessDeniedException');
    const Principal = { Service: 'events.amazonaws.com' };
    iam.addResourcePolicy(KEY, policy(allow('kms:GenerateDataKey*', '*', { Principal })));
    expect(publish()).toBe('AccessDeniedException');
    iam.addResourcePolicy(KEY, policy(allow('kms:Decrypt', '*', { Principal })));
    expect(publish()).toBe('allowed');
  });

  it('a machine works with the rights of its role, if that trusts Step Functions on its behalf', () => {
    const runner = `${ROLE}-machine`;
    const acting = { service: 'states.amazonaws.com', sourceArn: MACHINE, role: runner };
    const invoke = (sourceArn = MACHINE) =>
      named(() => iam.act({ ...acting, sourceArn }, 'lambda:InvokeFunction', FUNCTION));
    const Condition = { ArnLike: { 'aws:SourceArn': MACHINE } };
    const Principal = { Service: 'states.amazonaws.com' };
    iam.attach(runner, policy(allow('lambda:InvokeFunction', FUNCTION)));
    expect(invoke()).toBe('AccessDeniedException');
    iam.addRole(runner, policy(allow('sts:AssumeRole', '*', { Principal, Condition })));
    expect(invoke()).toBe('allowed');
    expect(invoke(`${MACHINE}2`)).toBe('AccessDeniedException');
    expect(named(() => iam.act(acting, 'states:StartExecution', MACHINE))).toBe('AccessDeniedException');
  });
});

it('tells what was granted and never needed, action by action and resource by resource', () => {
  iam.attach(
    ROLE,
    policy({
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject'],
      Resource: [`${BUCKET}/a`, `${BUCKET}/b`],
    }),
  );
  read();
  const unused = [...iam.grants()].filter(({ used }) => !used);
  expect(unused.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
    `s3:GetObject ${BUCKET}/b`,
    `s3:PutObject ${BUCKET}/a`,
    `s3:PutObject ${BUCKET}/b`,
  ]);
});
