import { existsSync } from 'node:fs';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import config from '../../holdfast.config.ts';
import { entryOf } from '../../lib/code/bundle.ts';
import { DEPLOYED_TASKS } from '../../lib/config/tasks.ts';
import { tasksOf } from '../../lib/constructs/machine.ts';
import { TASKS } from '../../workflows/contracts/tasks.ts';
import { definitionString, MACHINES, type MachineName } from '../../workflows/index.ts';
import { ACCOUNT, PRIMARY, RECOVERY, synthesized } from './synthesized.ts';

const template = synthesized();
const primary = template(`Holdfast-${PRIMARY}`);
const recovery = template(`Holdfast-${RECOVERY}`);

/** What only an installation with a continuous log has: test/synth/supervise.test.ts and follow-log.test.ts. */
const OF_LOGS = new Set([...tasksOf(MACHINES.supervise).keys(), 'FollowLog', 'HealLog']);
/** What only one has whose clusters are reached in their networks: test/synth/heartbeat.test.ts, reach.test.ts and standby.test.ts. */
const OF_NETWORKS = new Set<string>(['Beat', 'ReachCluster', 'KeepStandbys']);
/** What only one with groups has, in the region where they go: test/synth/failover.test.ts. */
const OF_GROUPS = new Set<string>(['failover', 'failback', 'switch']);
const DEPLOYED = TASKS.filter(
  ({ name }) =>
    name !== 'StartDrills' &&
    !OF_LOGS.has(name) &&
    !OF_NETWORKS.has(name) &&
    !OF_GROUPS.has(DEPLOYED_TASKS[name].machine),
);

// biome-ignore lint/suspicious/noExplicitAny: a template's properties are whatever its resource types say
type Properties = Record<string, any>;

const propertiesOf = (of: Template, type: string): readonly Properties[] =>
  Object.values(of.findResources(type)).map((resource) => resource['Properties']);
const functionsOf = (of: Template): readonly string[] =>
  propertiesOf(of, 'AWS::Lambda::Function').map(({ FunctionName }) => FunctionName as string);

describe('machines', () => {
  const machinesOf = (of: Template) => propertiesOf(of, 'AWS::StepFunctions::StateMachine');
  const deployed = (of: Template): Record<string, unknown> =>
    Object.fromEntries(machinesOf(of).map((p) => [p['StateMachineName'], p['DefinitionString']]));

  test('every string that is deployed is the one that workflows/ makes', () => {
    const expected = (...names: MachineName[]) =>
      Object.fromEntries(names.map((name) => [`holdfast-${name}`, definitionString(MACHINES[name])]));
    const everywhere = ['answer', 'drill', 'expire', 'reconcile', 'restore', 'verify'] as const;
    expect(deployed(primary)).toEqual(expected('backup', 'copy', ...everywhere));
    expect(deployed(recovery)).toEqual(expected(...everywhere));
  });

  test('every task in a definition is given a function', () => {
    for (const machine of propertiesOf(primary, 'AWS::StepFunctions::StateMachine')) {
      const asked = new Set(
        [...String(machine['DefinitionString']).matchAll(/\$\{(\w+)\}/g)].map(([, task]) => task),
      );
      expect(Object.keys(machine['DefinitionSubstitutions'] ?? {}).sort()).toEqual([...asked].sort());
    }
  });

  test('errors are logged and runs are traced', () => {
    for (const machine of propertiesOf(primary, 'AWS::StepFunctions::StateMachine')) {
      expect(machine).toMatchObject({
        StateMachineType: 'STANDARD',
        LoggingConfiguration: { Level: 'ERROR' },
        TracingConfiguration: { Enabled: true },
      });
    }
  });
});

describe('functions', () => {
  test('the primary has one for every task, a recovery region those that restore, expire, reconcile, scrub and watch', () => {
    expect(functionsOf(primary)).toHaveLength(DEPLOYED.length);
    const backupOrCopy = /backup|capture|copy|copies|seal|verify|quarantine|discard-partial/;
    expect([...functionsOf(recovery)].sort()).toEqual(
      functionsOf(primary)
        .filter((name) => !backupOrCopy.test(name))
        .sort(),
    );
  });

  test('each runs on the pinned runtime, says what it does and which source file it is', () => {
    for (const resource of Object.values(primary.findResources('AWS::Lambda::Function'))) {
      const { Runtime, Architectures, Description, Timeout } = resource['Properties'];
      expect({ Runtime, Architectures }).toEqual({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
      expect(Description).not.toBe('');
      expect(Timeout).toBeLessThanOrEqual(900);
      expect(existsSync(resource['Metadata']['holdfast:entry'])).toBe(true);
    }
  });

  test('each gets the variables that its env schema names, and no other', async () => {
    for (const { name } of DEPLOYED) {
      const path = `../../${entryOf(name).replace('handler.ts', 'env.ts')}`;
      const { env } = (await import(/* @vite-ignore */ path)) as { env: { shape: object } };
      const kebab = entryOf(name).split('/')[2]!;
      const [fn] = propertiesOf(primary, 'AWS::Lambda::Function').filter(
        ({ FunctionName }) => FunctionName === `holdfast-${kebab}`,
      );
      const given = Object.keys(fn!['Environment']?.Variables ?? {});
      expect([...given, 'AWS_REGION'].sort(), name).toEqual(Object.keys(env.shape).sort());
    }
  });

  test('each writes to a log that ends', () => {
    const logs = propertiesOf(primary, 'AWS::Logs::LogGroup');
    expect(logs.filter(({ RetentionInDays }) => RetentionInDays === undefined)).toEqual([]);
    expect(logs).toHaveLength(
      DEPLOYED.length + propertiesOf(primary, 'AWS::StepFunctions::StateMachine').length,
    );
  });

  test('a recovery region knows its part, its own machines and where the primary is', () => {
    recovery.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'holdfast-decide-expiry',
      Environment: { Variables: Match.objectLike({ ROLE: 'recovery' }) },
    });
    recovery.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'holdfast-resolve-restore',
      Environment: {
        Variables: Match.objectLike({
          HOME_REGION: PRIMARY,
          RESTORE_BUCKET: `holdfast-restored-${ACCOUNT}-${RECOVERY}`,
          // Of the region that may be gone it is told nothing.
          VAULTS: JSON.stringify({ [RECOVERY]: `holdfast-vault-${ACCOUNT}-${RECOVERY}` }),
        }),
      },
    });
  });
});

describe('schedules', () => {
  test('each rule of a plan has one, in its time zone, with a window, a queue and an end to its tries', () => {
    primary.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'gold.hourly',
      GroupName: 'holdfast',
      ScheduleExpression: 'cron(0 * * * ? *)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 },
      Target: {
        DeadLetterConfig: { Arn: Match.anyValue() },
        // An hourly trigger that is an hour old has been overtaken by the next.
        RetryPolicy: { MaximumEventAgeInSeconds: 3_600 },
        Input: '{"plan":"gold","rule":"hourly","scheduledAt":"<aws.scheduler.scheduled-time>"}',
      },
    });
    primary.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'gold.daily',
      Target: { RetryPolicy: { MaximumEventAgeInSeconds: 86_400 } },
    });
  });

  test('a time zone and no window are passed on', () => {
    const rules = [{ name: 'nightly', cron: '0 3 * * ? *', flexibleWindow: '0m' }] as const;
    const objectives = { rpo: '3d', rto: '8h' } as const;
    const local = synthesized({
      ...config,
      plans: {
        ...config.plans,
        gold: { ...config.plans['gold']!, timeZone: 'Europe/Berlin', rules, objectives },
      },
    });
    local(`Holdfast-${PRIMARY}`).hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'gold.nightly',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
    });
  });

  test('a recovery region expires, reconciles, scrubs and watches, and starts no backups', () => {
    const names = propertiesOf(recovery, 'AWS::Scheduler::Schedule').map(({ Name }) => Name);
    expect(names.toSorted()).toEqual([
      'check-receipts',
      'expire',
      'reconcile',
      'sweep-drills',
      'verify',
      'watch-objectives',
    ]);
  });
});

test('no stack reaches into another: names are all that they share', () => {
  for (const stack of [
    primary,
    recovery,
    template('Holdfast-Catalog'),
    template(`Holdfast-Store-${PRIMARY}`),
  ])
    expect(JSON.stringify(stack.toJSON())).not.toMatch(/Fn::ImportValue/);
});
