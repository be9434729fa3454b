import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordsIn } from '../../cli/operator/records-in.ts';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { receiptKey } from '../../core/receipts/canonical.ts';
import type { Receipt } from '../../core/receipts/receipt.ts';
import { hours } from '../../core/time/instant.ts';
import { Blueprint, ending } from '../support/world-of.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { AWAY, HOME } from './installations.ts';
import { milvusReach } from './self-run.ts';

const apart = { [AWAY]: { securityGroups: ['sg-0d0d0d0d'] } };
const away = { [AWAY]: { subnetGroup: 'recovery', securityGroups: ['sg-0f2a9d1c'] } };

/** The engines that no other test of drills has. */
const INSTALLATION: HoldfastInput = {
  name: 'drilled-others',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    standard: {
      rules: [{ name: 'daily', cron: '15 0 * * ? *', deadline: '1h' }],
      retention: { keepLast: 3, minimumKeep: 2 },
      objectives: { rpo: '27h', rto: '8h', survives: 'region' },
      copyAllowance: '40m',
      grace: '1d',
      drills: { cron: '0 12 1 * ? *', deadline: '5h', mode: 'region-lost' },
    },
  },
  clusters: {
    vectors: {
      ...{ engine: 'milvus', plan: 'standard', version: 'v2.6.12', expectedSize: '10 GB' },
      reach: milvusReach('vectors', HOME),
      restoreInto: { [AWAY]: { reach: milvusReach('vectors-restored', AWAY) } },
    },
    disks: {
      ...{ engine: 'ebs', plan: 'standard', expectedSize: '120 GB' },
      instances: { key: 'cluster', value: 'disks' },
      restoreInto: { [AWAY]: { availabilityZone: `${AWAY}b`, volumeType: 'gp3' } },
    },
    ledger: {
      ...{ engine: 'tidb', plan: 'standard', version: 'v8.5.3', expectedSize: '300 GB' },
      reach: { pd: 'pd.ledger:2379', subnets: ['subnet-01'], securityGroups: ['sg-01'] },
      volumes: { instances: { key: 'role', value: 'ledger-tikv' } },
      restoreInto: { [AWAY]: { availabilityZone: `${AWAY}b` } },
    },
    papers: {
      ...{ engine: 'documentdb', plan: 'standard', clusterId: 'papers', expectedSize: '10 GB' },
      ...{ restoreInto: away, drillInto: apart },
    },
    graph: {
      ...{ engine: 'neptune', plan: 'standard', clusterId: 'graph', expectedSize: '10 GB' },
      ...{ restoreInto: away, drillInto: apart },
    },
  },
};

let blueprint: Blueprint;
let stage: Stage;
beforeAll(async () => {
  blueprint = await Blueprint.of(INSTALLATION);
  stage = blueprint.stage(96);
  stage.milvus.applications.get('vectors')!.scheduleDay(60);
  await stage.run(hours(3));
}, 90_000);
afterAll(() => blueprint.close());

/** By names and tags, what lies in the recovery region of a drill. */
function left(id: string): readonly unknown[] {
  const { rds, ec2, account } = stage.cloud;
  const call = { account, region: AWAY, principal: 'root', now: stage.now };
  const Filters = [{ Name: 'tag:holdfast:drill', Values: [id] }];
  const { Volumes } = ec2.call('DescribeVolumes', { Filters }, call) as { readonly Volumes: unknown[] };
  return [...Volumes, ...(rds.stays(id, AWAY, stage.now) ? [id] : [])];
}

it.each(Object.keys(INSTALLATION.clusters))(
  'a drill of %s passes without the primary, leaves nothing, and its receipt says what it found',
  async (cluster) => {
    const execution = await stage.execute(AWAY, 'drill', { cluster });
    const [drill] = await stage.until(recordsIn(AWAY).drills.drills(cluster));
    expect(drill?.reason).toBeUndefined();
    expect(ending(execution).name).toBe('SUCCEEDED');
    expect(left(drill!.id)).toEqual([]);
    const vault = `holdfast-vault-${stage.cloud.account}-${AWAY}`;
    const [stored] = [...stage.cloud.s3.current(vault, receiptKey(drill!.receipt!))];
    const receipt = JSON.parse(stored![1].body.toString('utf8')) as Receipt;
    expect(receipt.body).toMatchObject({
      ...{ format: 2, mode: 'region-lost', steps: drill!.steps },
      ...{ kind: 'drill', about: drill!.id, cluster, region: AWAY, outcome: 'passed' },
      ...{ recoveryPoint: drill!.recoveryPoint, root: drill!.root, heartbeat: expect.any(String) },
      versions: expect.objectContaining({ holdfast: expect.any(String) }),
    });
    expect(drill!.steps!.map(({ name }) => name)).toEqual(['resolve', 'restore', 'validate', 'tear-down']);
    for (const field of ['late', 'log', 'unknown']) expect(receipt.body).not.toHaveProperty(field);
    expect(receipt.body.checks.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(
      expect.arrayContaining(['primary-denied passed', 'validated passed', 'torn-down passed']),
    );
    const refused = permissionsSuffice(stage).filter((one) => !one.includes('prove-primary-denied'));
    expect(refused).toEqual([]);
  },
);

it('of Milvus no collection is left in the cluster that drills restore into', () => {
  const vectors = stage.installation.clusters.find((each) => each.engine === 'milvus')!;
  expect(stage.milvus.sourceOf(vectors, HOME).collections).not.toEqual([]);
  expect(stage.milvus.targetOf(vectors, AWAY).collections).toEqual([]);
});
