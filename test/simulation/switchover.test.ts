import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { recordsIn } from '../../cli/operator/records-in.ts';
import type { Stage } from '../../cli/stage.ts';
import type { HoldfastEvent } from '../../core/catalog/events.ts';
import type { HoldfastInput } from '../../core/plan/input.ts';
import { hours, minutes } from '../../core/time/instant.ts';
import type { Execution } from '../../embedded/states/execution.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { announcements, Blueprint } from '../support/world-of.ts';
import { answerTo, questionOf } from './asking.ts';
import { permissionsSuffice } from './checkers/permissions-suffice.ts';
import { AWAY, HOME } from './installations.ts';
import { asOwner } from './owner.ts';

const BUCKET: Readonly<Record<string, string>> = { [HOME]: 'acme-documents', [AWAY]: 'acme-documents-away' };
const PARAMETER = '/shop/documents/bucket';

const INPUT: HoldfastInput = {
  name: 'exercise',
  regions: { primary: HOME, recovery: [AWAY] },
  plans: {
    often: {
      rules: [{ name: 'twohourly', cron: '0 0/2 * * ? *', deadline: '1h' }],
      retention: { keepLast: 4, minimumKeep: 2 },
      objectives: { rpo: '9h', rto: '4h', survives: 'region' },
      copyAllowance: '1h',
      grace: '1d',
    },
  },
  clusters: {
    documents: {
      engine: 'objects',
      plan: 'often',
      bucket: BUCKET[HOME]!,
      expectedSize: '1 GB',
      restoreInto: { [AWAY]: { bucket: BUCKET[AWAY]! } },
      switch: [{ parameter: PARAMETER }],
    },
    orders: {
      engine: 'aurora',
      plan: 'often',
      clusterId: 'orders',
      expectedSize: '1 GB',
      restoreInto: {
        [HOME]: { subnetGroup: 'service', securityGroups: ['sg-07d3b15e'] },
        [AWAY]: { subnetGroup: 'recovery', securityGroups: ['sg-0f2a9d1c'] },
      },
    },
  },
  groups: { shop: { layers: [['documents', 'orders']], to: AWAY, approvalWithin: '1h' } },
};

let blueprint: Blueprint;
let stage: Stage;
let heard: readonly HoldfastEvent[];
beforeAll(async () => {
  blueprint = await Blueprint.of(INPUT);
}, 60_000);
afterAll(() => blueprint.close());
afterEach(() => stage.close());

const told = (name: HoldfastEvent['name']) => heard.filter((event) => event.name === name);
const epoch = () => stage.until(recordsIn(AWAY).groups.epoch('shop'));

function begin(seed: number): void {
  stage = blueprint.stage(seed);
  heard = announcements(stage);
  const { s3, world, kms, iam, ssm, account } = stage.cloud;
  const { arn: kmsKeyArn } = kms.createKey({ region: AWAY, account, now: world.now() });
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  iam.addResourcePolicy(kmsKeyArn, {
    Statement: { Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' },
  });
  const bucket = { name: BUCKET[AWAY]!, region: AWAY, account, versioning: true, eventBridge: false };
  s3.createBucket({ ...bucket, kmsKeyArn });
  for (const region of [HOME, AWAY]) ssm.seed(region, PARAMETER, 'nobody yet', stage.now);
}

/** What applications write, wherever they are served. */
function write(region: string, name: string): void {
  const Body = Buffer.from(`${name}, in ${region}`);
  asOwner(stage, 's3', 'PutObject', { Bucket: BUCKET[region], Key: `decided/${name}.txt`, Body }, region);
  stage.cloud.rds.write('orders', region, { table: 'orders', id: name, values: { region } }, stage.now);
}

const stateIn = (region: string) => ({
  files: Object.fromEntries(
    [...stage.cloud.s3.current(BUCKET[region]!, '')].map(([key, { body }]) => [key, body.toString()]),
  ),
  rows: Object.fromEntries(stage.rowsOf(region, 'orders')),
});

/** Starts a move, and answers what it asks. */
async function move(
  machine: 'switchover' | 'failback' | 'failover',
  said: 'yes' | 'no',
  meanwhile: () => void = () => undefined,
): Promise<Execution> {
  const execution = stage.start(AWAY, machine, { group: 'shop', by: 'ben' });
  const question = await questionOf(stage, heard, execution);
  meanwhile();
  await answerTo(stage, question, said);
  await stage.until(execution.ended);
  return execution;
}

/** Somebody on the side that was left, who has not heard of it. */
async function lateWriter(region: string): Promise<string | undefined> {
  const execution = await stage.execute(region, 'backup', { cluster: 'documents' });
  return execution.history.find(({ error }) => error !== undefined)?.error;
}

const takenIn = (region: string, since: number) =>
  catalogOf(stage, region).points.filter((point) => point.region === region && point.openedAt > since);

describe('a planned exercise', () => {
  it('moves a group away and home again, loses nothing either way, refuses who comes late, and leaves room for a failover', async () => {
    begin(601);
    await stage.run(minutes(30));
    write(HOME, 'first');
    const away = await move('switchover', 'yes', () => write(HOME, 'while-it-asked'));
    expect([away.status, away.error, away.cause]).toEqual(['SUCCEEDED', undefined, undefined]);
    expect(stateIn(AWAY)).toEqual(stateIn(HOME));
    expect(stateIn(AWAY).files).toHaveProperty(['decided/while-it-asked.txt']);
    expect(await epoch()).toMatchObject({ number: 2, active: AWAY });
    expect(told('SwitchoverFinished')[0]).toMatchObject({ facts: { lossSeconds: 0, epoch: 2 } });
    expect(stage.cloud.ssm.valueOf(AWAY, PARAMETER)).toBe(BUCKET[AWAY]);
    expect(await lateWriter(HOME)).toBe('FencedOff');

    const moved = stage.now;
    write(AWAY, 'second');
    await stage.run(hours(3));
    expect(takenIn(AWAY, moved).map(({ rule }) => rule)).toContain('twohourlydr');
    expect(takenIn(HOME, moved)).toEqual([]);

    const home = await move('failback', 'yes', () => write(AWAY, 'third'));
    expect([home.status, home.error, home.cause]).toEqual(['SUCCEEDED', undefined, undefined]);
    expect(stateIn(HOME)).toEqual(stateIn(AWAY));
    expect(Object.keys(stateIn(HOME).files)).toEqual(
      expect.arrayContaining(
        ['first', 'while-it-asked', 'second', 'third'].map((name) => `decided/${name}.txt`),
      ),
    );
    expect(await epoch()).toMatchObject({ number: 3, active: HOME });
    expect(await lateWriter(AWAY)).toBe('FencedOff');

    const back = stage.now;
    write(HOME, 'fourth');
    await stage.run(hours(3));
    expect(takenIn(HOME, back).map(({ rule, state }) => [rule, state])).toContainEqual([
      'twohourly',
      'sealed',
    ]);
    expect(takenIn(AWAY, back)).toEqual([]);

    // The exercise is over, and what it left is in nobody's way.
    stage.cloud.loseRegion(HOME);
    await stage.run(minutes(12));
    const lost = await move('failover', 'yes');
    expect([lost.status, ...told('FailoverIncomplete').map(({ sentence }) => sentence)]).toEqual([
      'SUCCEEDED',
    ]);
    expect(stateIn(AWAY)).toEqual(stateIn(HOME));
    expect(permissionsSuffice(stage)).toEqual([]);
  }, 60_000);

  it('leaves everything as it is while somebody still writes, and where the group is away already', async () => {
    begin(602);
    await stage.run(minutes(10));
    const refused = await move('switchover', 'no');
    expect(refused.error).toBe('ApprovalRefused');
    expect(told('SwitchoverRefused')).toHaveLength(1);
    expect(await epoch()).toBeUndefined();
    const home = await stage.execute(AWAY, 'failback', { group: 'shop' });
    expect(home.error).toBe('InvalidInput');
    expect(permissionsSuffice(stage)).toEqual([]);
  }, 60_000);
});
