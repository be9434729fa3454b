import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import config from '../../holdfast.config.ts';
import { atoms, rightsOf, sorted } from './rights.ts';
import { PRIMARY, RECOVERY, synthesized } from './synthesized.ts';
import { shop, till, withTidb } from './tidb-installation.ts';

const gold = config.plans['gold']!;
const logged = withTidb({ shop: { ...shop, plan: 'logged' }, till: { ...till, plan: 'logged' } });
const template = synthesized({ ...logged, plans: { ...logged.plans, logged: { ...gold, logBackup: true } } });
const [primary, recovery] = [template(`Holdfast-${PRIMARY}`), template(`Holdfast-${RECOVERY}`)];
const without = synthesized(withTidb({ shop, till }));

// biome-ignore lint/suspicious/noExplicitAny: a template's properties are whatever its resource types say
type Properties = Record<string, any>;
const propertiesOf = (of: Template, type: string): readonly Properties[] =>
  Object.values(of.findResources(type)).map((resource) => resource['Properties']);
const namesOf = (of: Template, type: string, property: string): readonly string[] =>
  propertiesOf(of, type).map((each) => each[property] as string);

const schedule = (of: Template): Properties | undefined =>
  propertiesOf(of, 'AWS::Scheduler::Schedule').find(({ Name }) => Name === 'supervise');

describe('an installation with a log', () => {
  test('looks after it every five minutes at home, and truncates daily elsewhere', () => {
    expect(schedule(primary)!['ScheduleExpression']).toBe('cron(3/5 * * * ? *)');
    expect(schedule(recovery)!['ScheduleExpression']).toBe('cron(10 11 * * ? *)');
    for (const of of [primary, recovery])
      expect(namesOf(of, 'AWS::StepFunctions::StateMachine', 'StateMachineName')).toContain(
        'holdfast-supervise',
      );
  });

  test('rings when a log lags, and when nobody looks', () => {
    const alarms = namesOf(primary, 'AWS::CloudWatch::Alarm', 'AlarmName');
    expect(alarms).toContain('holdfast-log-lagging');
    expect(alarms).toContain('holdfast-logs-not-supervised');
    expect(alarms).toContain('holdfast-machine-supervise');
  });

  test('is all that has it', () => {
    for (const region of [PRIMARY, RECOVERY]) {
      const of = without(`Holdfast-${region}`);
      expect(schedule(of)).toBeUndefined();
      expect(namesOf(of, 'AWS::StepFunctions::StateMachine', 'StateMachineName')).not.toContain(
        'holdfast-supervise',
      );
      expect(namesOf(of, 'AWS::Lambda::Function', 'FunctionName')).not.toContain('holdfast-tend-logs');
      expect(namesOf(of, 'AWS::CloudWatch::Alarm', 'AlarmName')).not.toContain('holdfast-log-lagging');
    }
  });
});

/** What is special to the logs: the rest is what every task with a catalog, a bus and notes has. */
const special = (of: Template, role: string): readonly string[] =>
  (rightsOf(of)[role] ?? []).filter((right) =>
    /ecs|iam:|log holdfast|ListBucketVersions|DeleteObject|checkpoint|states:|UpdateItem/.test(right),
  );

describe('rights', () => {
  test('who looks reads checkpoints, and neither runs nor removes anything', () => {
    expect(special(primary, 'look-at-logs')).toEqual(
      sorted(
        atoms(
          's3:GetObject on vault(primary)/shop/log/*/v1/global_checkpoint/*, vault(primary)/till/log/*/v1/global_checkpoint/*',
        ),
      ),
    );
  });

  test.each([
    ['primary', primary, ['shop', 'till']],
    ['recovery', recovery, ['shop']],
  ] as const)('who tends runs BR in the %s, and takes away no more than a lock', (place, of, clusters) => {
    const each = (name: (cluster: string) => string) => clusters.map(name).join(', ');
    const inCluster = 'when ecs:cluster=ecs cluster/holdfast';
    expect(special(of, 'tend-logs')).toEqual(
      sorted(
        atoms(
          `ecs:RunTask on ${each((name) => `ecs task-definition/holdfast-br-${name}:*`)} ${inCluster}`,
          `ecs:DescribeTasks on ecs task/holdfast/* ${inCluster}`,
          `ecs:ListTasks on * ${inCluster}`,
          `iam:PassRole on ${each((name) => `role br-${name}, role start-br-${name}`)} when iam:PassedToService=ecs-tasks.amazonaws.com`,
          `logs:GetLogEvents on ${each((name) => `log holdfast-br-${name}:log-stream:*`)}`,
          `s3:ListBucketVersions on vault(${place}) when s3:prefix=${clusters.map((name) => `${name}/log/*/truncating.lock`).join('|')}`,
          `s3:DeleteObject on ${each((name) => `vault(${place})/${name}/log/*/truncating.lock`)}`,
          ...(place === 'primary'
            ? [
                'states:StartExecution on machine holdfast-backup',
                'states:DescribeExecution on executions holdfast-backup:*',
              ]
            : []),
        ),
      ),
    );
  });

  test('who watches objectives reads the records of fulls where a log is kept, and nowhere else', () => {
    const reads = (of: Template) => rightsOf(of)['watch-objectives']!.includes('dynamodb:GetItem on catalog');
    expect([primary, recovery].map(reads)).toEqual([true, true]);
    expect([PRIMARY, RECOVERY].map((region) => reads(without(`Holdfast-${region}`)))).toEqual([false, false]);
  });

  test('the vault lets nobody else hide, and who tends hide a lock only', () => {
    const policies = propertiesOf(template(`Holdfast-Store-${PRIMARY}`), 'AWS::S3::BucketPolicy');
    const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement as Properties[]);
    const tender = (text: unknown) => JSON.stringify(text).includes('holdfast-eu-west-1-tend-logs');
    const hide = statements.find(({ Sid }) => Sid === 'OnlyDiscardersHide')!;
    expect(tender(hide['Condition'])).toBe(true);
    const own = statements.find(
      ({ Action, Condition, NotResource }) =>
        NotResource && Action === 's3:DeleteObject' && tender(Condition),
    )!;
    const kept = JSON.stringify(own['NotResource']);
    expect(own['Effect']).toBe('Deny');
    expect(kept.match(/truncating\.lock/g)).toHaveLength(2);
    expect(kept).not.toContain('/data/');
  });
});
