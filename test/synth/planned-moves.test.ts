import { describe, expect, test } from 'vitest';
import { GROUPED } from '../simulation/group-installation.ts';
import { atoms, rightsOf, sorted } from './rights.ts';
import {
  ANNOUNCE,
  CONFIGURATION,
  FIND,
  LOG,
  READ,
  RECORD_RESTORE,
  readNotes,
  see,
} from './rights-phrases.ts';
import { ACCOUNT, PRIMARY, RECOVERY, synthesized } from './synthesized.ts';

const template = synthesized(GROUPED);
const away = template(`Holdfast-${RECOVERY}`);
const granted = rightsOf(away);

const starts = (machine: string) => [
  `states:StartExecution on machine holdfast-${machine}`,
  `states:DescribeExecution on executions holdfast-${machine}:*`,
];
const RECORD = [RECORD_RESTORE, FIND];

/** What the tasks of failback and switchover may do: they work in two regions, and the machines run in one. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  'resolve-failback': [
    ...[LOG, CONFIGURATION, ...RECORD, ...readNotes('primary')],
    'states:DescribeExecution on executions holdfast-failback:*',
    'states:DescribeExecution on executions holdfast-switchover:*',
  ],
  'back-up-there': [LOG, READ, FIND, ...starts('backup')],
  'check-protected': [LOG, READ, FIND],
  'bring-over': [
    ...[LOG, CONFIGURATION, ...RECORD, ...starts('restore')],
    ...[see('primary', 'clusters'), see('recovery', 'clusters')],
    'rds:ModifyDBCluster on rds(primary) cluster:orders, rds(primary) cluster:orders-left-*',
    'rds:ModifyDBCluster on rds(recovery) cluster:orders, rds(recovery) cluster:orders-left-*',
  ],
  'leave-behind': [
    ...[LOG, CONFIGURATION, READ],
    ...[see('primary', 'clusters'), see('recovery', 'clusters')],
    'rds:ModifyDBCluster on rds(primary) cluster:orders, rds(primary) cluster:orders-left-*',
    'rds:ModifyDBCluster on rds(recovery) cluster:orders, rds(recovery) cluster:orders-left-*',
  ],
  'record-failback': [LOG, ...RECORD, ANNOUNCE],
  'fail-failback': [LOG, ...RECORD, ANNOUNCE],
};

describe('planned moves', () => {
  test.each(Object.entries(RIGHTS))('%s may do this and nothing else', (role, rights) => {
    expect(granted[role]).toEqual(sorted(atoms(...rights)));
  });

  test('nothing of them is deployed at home, where no move is begun', () => {
    const home = Object.keys(rightsOf(template(`Holdfast-${PRIMARY}`)));
    const moves = [...Object.keys(RIGHTS), 'run-failback', 'run-switchover', 'raise-epoch'];
    expect(home.filter((role) => moves.includes(role))).toEqual([]);
    expect(Object.keys(granted)).toEqual(expect.arrayContaining(moves));
  });

  test('nothing is written into the catalog of home from here, and nothing is begun there but a backup and a restore', () => {
    const statements = Object.values(away.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) =>
        Properties.PolicyDocument.Statement as readonly {
          Effect: string;
          Action: unknown;
          Resource: unknown;
        }[],
    );
    const actionsOn = (resource: string) =>
      statements
        .filter(({ Effect, Resource }) => Effect === 'Allow' && [Resource].flat().includes(resource))
        .flatMap(({ Action }) => [Action].flat());
    const table = `arn:aws:dynamodb:${PRIMARY}:${ACCOUNT}:table/holdfast-catalog`;
    expect([...new Set(actionsOn(table))]).toEqual(['dynamodb:GetItem']);
    const machine = `arn:aws:states:${PRIMARY}:${ACCOUNT}:stateMachine:`;
    const begun = statements
      .filter(({ Action }) => [Action].flat().includes('states:StartExecution'))
      .flatMap(({ Resource }) => [Resource].flat().map(String));
    expect(sorted(new Set(begun.filter((arn) => arn.startsWith(machine))))).toEqual([
      `${machine}holdfast-backup`,
      `${machine}holdfast-restore`,
    ]);
  });

  test.each(['failback', 'switchover'])('a bad end of %s rings, with a page for who is woken', (machine) => {
    const alarms = Object.values(away.findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties,
    );
    const alarm = alarms.find(({ AlarmName }) => AlarmName === `holdfast-machine-${machine}`);
    expect(alarm?.['AlarmDescription']).toContain(`docs/runbooks/${machine}.md`);
  });
});
