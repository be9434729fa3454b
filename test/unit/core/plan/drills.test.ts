import { describe, expect, test } from 'vitest';
import type { ClusterInput, DrillsInput, HoldfastInput } from '../../../../core/plan/input.ts';
import { validate } from '../../../../core/plan/validate.ts';
import { days, hours } from '../../../../core/time/instant.ts';
import { installed } from './installed.ts';

const configured = (drills: DrillsInput, copyTo: string[], cluster: Partial<ClusterInput> = {}) =>
  ({
    regions: { primary: 'eu-west-1', recovery: ['eu-central-1'] },
    plans: {
      gold: {
        rules: [{ name: 'daily', cron: '0 3 * * ? *' }],
        retention: { daily: 7 },
        copyTo,
        objectives: { rpo: '27h', rto: '8h' },
        drills,
      },
    },
    clusters: {
      files: { engine: 'objects', bucket: 'files', plan: 'gold', expectedSize: '1 GB' },
      orders: {
        ...{ engine: 'aurora', clusterId: 'orders', plan: 'gold', expectedSize: '1 GB' },
        restoreInto: { 'eu-central-1': { securityGroups: ['sg-1'], subnetGroup: 'away' } },
        drillInto: { 'eu-central-1': { securityGroups: ['sg-2'] } },
        ...cluster,
      },
    },
  }) as HoldfastInput;

const SUNDAY = '0 5 ? * SUN *';
const told = (input: HoldfastInput) => {
  const read = validate(input);
  return Array.isArray(read) ? read.map(({ path, change }) => `${path}: ${change}`) : [];
};

describe('drills of a plan', () => {
  test('run in the first region that is copied to, end within six hours, and are due every forty days', () => {
    const { plans, clusters } = installed(configured({ cron: SUNDAY }, ['eu-central-1']));
    expect(plans[0]!.drills).toEqual({
      ...{ cron: SUNDAY, pick: 'latest', mode: 'ordinary', region: 'eu-central-1' },
      ...{ deadline: hours(6), within: days(40) },
    });
    expect(clusters[1]!.drillInto).toEqual({ 'eu-central-1': { securityGroups: ['sg-2'] } });
  });

  test('are refused where no point lies', () => {
    const problems = told(configured({ cron: SUNDAY, in: 'us-east-1' }, ['eu-central-1']));
    expect(problems).toContainEqual(
      expect.stringContaining('drills.in: no point of this plan is copied there'),
    );
  });

  test('as if the region were lost are refused in that very region', () => {
    const input = configured({ cron: SUNDAY, in: 'eu-west-1', mode: 'region-lost' }, ['eu-central-1']);
    expect(told(input)).toContainEqual(expect.stringContaining('cannot be lost to itself'));
  });

  test('of a database cluster need groups that keep it apart', () => {
    const input = configured({ cron: SUNDAY }, ['eu-central-1'], { drillInto: {} });
    expect(told(input)).toEqual([
      expect.stringContaining('name the securityGroups that a drilled cluster gets'),
    ]);
  });

  test('of TiDB need to see into the cluster that they fill, and to empty it', () => {
    const reach = { pd: 'pd:2379', subnets: ['subnet-0a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] };
    const sql = { host: 'tidb', secret: 'arn:aws:secretsmanager:eu-central-1:111111111111:secret:x-AbCdEf' };
    const shop = (into: object) =>
      ({
        ...{ engine: 'tidb', version: 'v8.5.3', plan: 'gold', expectedSize: '1 GB', reach },
        restoreInto: { 'eu-central-1': { reach: { ...reach, ...into } } },
      }) as ClusterInput;
    const asked = (into: object) => {
      const input = configured({ cron: SUNDAY }, ['eu-central-1']);
      return told({ ...input, clusters: { shop: shop(into) } });
    };
    expect(asked({})).toEqual([expect.stringContaining('name the empty cluster that a drill fills')]);
    expect(asked({ sql })).toEqual([]);
  });
});
