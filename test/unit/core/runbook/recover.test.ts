import { describe, expect, test } from 'vitest';
import type { RecoveryPoint } from '../../../../core/catalog/recovery-point.ts';
import { ENGINE_NAMES } from '../../../../core/engines/capabilities.ts';
import type { ManifestIndex } from '../../../../core/manifest/index-file.ts';
import type { Cluster } from '../../../../core/plan/installation.ts';
import { recoverPage } from '../../../../core/runbook/recover.ts';
import type { Recoverable } from '../../../../core/runbook/steps.ts';
import { everyField } from '../../../golden/every-field.ts';

const index: ManifestIndex = {
  format: 1,
  recoveryPoint: everyField,
  ...{ root: 'ab12', items: 10_000_000, bytes: 4_096, newItems: 1, newBytes: 10 },
  shards: Array.from({ length: 10_000 }, (_, shard) => ({
    ...{ shard, items: 1_000, bytes: 1, root: 'a', digest: 'b' },
  })),
  statistics: {},
  configuration: {
    ...{ engine: 'aurora-postgresql', engineVersion: '16.4', parameterGroup: { name: "o'pg" } },
    instances: [{ instanceClass: 'db.r6g.large' }, { instanceClass: 'db.t4g.medium' }],
  },
};
const point = (engine: RecoveryPoint['engine']): RecoveryPoint => {
  const { kind: _full, ...rest } = everyField;
  return { ...rest, engine };
};
const of = (engine: Cluster['engine'], more: Partial<Recoverable> = {}): Recoverable => ({
  cluster: {
    ...{ name: 'orders', engine, restoreBytesPerSecond: 1_000_000 },
    restoreInto: {
      'eu-central-1': {
        subnetGroup: 'db-away',
        securityGroups: ['sg-1', 'sg-2'],
        availabilityZone: 'eu-central-1b',
      },
    },
  } as unknown as Cluster,
  point: point(engine),
  ...{ index, region: 'eu-central-1', account: '111122223333', bucket: 'vault-away' },
  key: 'arn:aws:kms:eu-central-1:111122223333:alias/holdfast-vault',
  ...more,
});

describe('the page of a recovery point', () => {
  test.each(ENGINE_NAMES)('of %s names what it needs in its own region, and nothing of another', (engine) => {
    const page = recoverPage(of(engine));
    expect(page).toBe(recoverPage(of(engine)));
    for (const named of [everyField.id, 'vault-away', 'eu-central-1', 'ab12', 'alias/holdfast-vault'])
      expect(page).toContain(named);
    expect(page).not.toContain('eu-west-1');
    expect(page).not.toMatch(/undefined|\[object/);
    expect(page.match(/```/g)!.length % 2).toBe(0);
  });

  test('of ten million objects is a loop and no list, with the time that it takes', () => {
    const page = recoverPage(of('objects'));
    expect(page.length).toBeLessThan(5_000);
    expect(page).toMatch(/\$\{LAST:-9999\}/);
    expect(page).toMatch(/about 3 d 15 h/);
  });

  test('of a database cluster has the captured version, the places of its region, and every instance', () => {
    const page = recoverPage(of('aurora'));
    expect(page).toContain("--engine-version '16.4'");
    expect(page).toContain("--vpc-security-group-ids 'sg-1' 'sg-2'");
    expect(page.match(/create-db-instance/g)).toHaveLength(2);
  });

  test('of an incremental names what has to be recovered before it', () => {
    const incremental = { ...point('tidb'), kind: 'incremental' as const };
    expect(recoverPage(of('tidb', { point: incremental }))).toContain(
      `s3://vault-away/orders/${everyField.base}/manifest/RECOVER.md`,
    );
    expect(recoverPage(of('tidb'))).not.toContain(everyField.base);
  });

  test('of TiDB as volumes makes volumes, and of no objects does nothing', () => {
    // Such a point names the engine that keeps what it holds.
    const page = recoverPage(of('tidb', { point: point('ebs') }));
    const steps = [
      'aws ec2 create-volume',
      'facts.backupmeta',
      '--prepare --skip-aws',
      '--type=aws-ebs --pd',
    ];
    expect(steps.map((step) => page.indexOf(step)).toSorted((a, b) => a - b)).toEqual(
      steps.map((step) => page.indexOf(step)),
    );
    expect(page).not.toMatch(/br restore full [^\n]*--storage/);
    expect(recoverPage(of('ebs'))).not.toContain('br restore');
    expect(recoverPage(of('objects', { index: { ...index, items: 0, shards: [] } }))).not.toContain('```');
  });
});
