import type { TemplateResource } from '../../../../embedded/cloudformation/assembly.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:answer`;
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/answer`;
export const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:twice`;

const trust = (service: string) => ({
  Statement: { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' },
});
export const policy = (...actions: string[]) => ({
  Type: 'AWS::IAM::Policy',
  Properties: {
    PolicyName: 'policy',
    Roles: [{ Ref: 'Role' }],
    PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] },
  },
});
export const machine = (wait: number, result: string) => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: {
    StateMachineName: 'twice',
    RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
    DefinitionString: JSON.stringify({
      StartAt: 'Wait',
      States: {
        Wait: { Type: 'Wait', Seconds: wait, Next: 'Say' },
        Say: { Type: 'Pass', Result: result, End: true },
      },
    }),
  },
});
export const schedule = (name: string, minute: number) => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: {
    Name: name,
    ScheduleExpression: `cron(${minute} * * * ? *)`,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: { Ref: 'Machine' }, RoleArn: { 'Fn::GetAtt': ['ScheduleRole', 'Arn'] }, Input: '{}' },
  },
});

/** A function that answers with its variable, a machine, an hourly schedule that starts it, an alarm, a vault. */
export const BASE: Record<string, TemplateResource> = {
  Vault: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain', Properties: { BucketName: 'vault' } },
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: { RoleName: 'answer', AssumeRolePolicyDocument: trust('lambda.amazonaws.com') },
  },
  MachineRole: {
    Type: 'AWS::IAM::Role',
    Properties: { RoleName: 'twice', AssumeRolePolicyDocument: trust('states.amazonaws.com') },
  },
  ScheduleRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'schedules',
      AssumeRolePolicyDocument: trust('scheduler.amazonaws.com'),
      Policies: [
        {
          PolicyName: 'start',
          PolicyDocument: {
            Statement: [{ Effect: 'Allow', Action: 'states:StartExecution', Resource: MACHINE }],
          },
        },
      ],
    },
  },
  Rights: policy('s3:GetObject', 's3:PutObject'),
  Function: {
    Type: 'AWS::Lambda::Function',
    DependsOn: ['Rights'],
    Metadata: { 'holdfast:entry': 'answer' },
    Properties: {
      FunctionName: 'answer',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Timeout: 600,
      Environment: { Variables: { ANSWER: 'old' } },
    },
  },
  Machine: machine(1_200, 'old'),
  Hourly: schedule('hourly', 10),
  Alarm: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: 'too-many',
      Namespace: 'Test',
      MetricName: 'Things',
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'ignore',
    },
  },
};
