import { beforeEach, expect, test } from 'vitest';
import type { Cluster } from '../../../core/plan/installation.ts';
import type { Switch } from '../../../core/switch/switch.ts';
import { minutes, parseInstant, seconds } from '../../../core/time/instant.ts';
import { turn } from '../../../lambdas/switch/switch-cluster/switch.ts';
import { cluster, HOME, INSTALLATION, RECOVERY, TaskWorld } from '../../support/task-world.ts';

const PARAMETER: Switch = { parameter: '/shop/orders' };
let world: TaskWorld;
beforeEach(() => {
  world = new TaskWorld();
});
const switched = async (
  more: Partial<Cluster> & { readonly switch: readonly Switch[] },
  region = RECOVERY,
  target?: string,
) => {
  const one = { ...cluster('orders'), ...more } as Cluster;
  world.installation = { ...INSTALLATION, clusters: [one] };
  const input = { cluster: 'orders', region, ...(target !== undefined && { target }) };
  return (await turn(input, world.ports(RECOVERY))).switched;
};
const says = (region: string) => [...world.switchboard(region).says.values()];

const sql = (host: string) => ({ host, port: 9030, secret: 'arn', tls: false });
const doris = {
  ...{ engine: 'doris', reach: { sql: sql('home.fe') } },
  standby: { region: RECOVERY, reach: { sql: sql('standby.fe') } },
  restoreInto: { [RECOVERY]: { reach: { sql: sql('restored.fe') } } },
};

test.each<[string, object, string, string | undefined, string]>([
  ['objects: the bucket of the restore', {}, RECOVERY, 's3://acme-back/orders/', 'acme-back'],
  ['objects: the landing bucket', {}, RECOVERY, undefined, `restored-${RECOVERY}`],
  [
    'objects: the bucket that restoreInto names',
    { restoreInto: { [RECOVERY]: { bucket: 'dr' } } },
    RECOVERY,
    undefined,
    'dr',
  ],
  ['objects at home: its own bucket', {}, HOME, undefined, 'orders-files'],
  [
    'aurora: the endpoint of what was restored',
    { engine: 'aurora', clusterId: 'prod' },
    RECOVERY,
    'orders-restore-1',
    'orders-restore-1.cluster-abc.rds.amazonaws.com',
  ],
  [
    'aurora at home: its own endpoint',
    { engine: 'aurora', clusterId: 'prod' },
    HOME,
    undefined,
    'prod.cluster-abc.rds.amazonaws.com',
  ],
  ['doris: its standby', doris, RECOVERY, undefined, 'standby.fe'],
  [
    'doris: what was restored, where that took over',
    doris,
    RECOVERY,
    'Doris at restored.fe:9030',
    'restored.fe',
  ],
  ['doris at home: itself', doris, HOME, undefined, 'home.fe'],
  [
    'tidb',
    { engine: 'tidb', reach: {}, restoreInto: { [RECOVERY]: { reach: { sql: sql('tidb.dr') } } } },
    RECOVERY,
    undefined,
    'tidb.dr',
  ],
  [
    'milvus',
    {
      engine: 'milvus',
      reach: { host: 'home' },
      restoreInto: { [RECOVERY]: { reach: { host: 'milvus.dr' } } },
    },
    RECOVERY,
    undefined,
    'milvus.dr',
  ],
])('%s', async (_, more, region, target, expected) => {
  await switched({ ...(more as Partial<Cluster>), switch: [PARAMETER] }, region, target);
  expect(says(region)).toEqual([expected]);
  expect(says(region === HOME ? RECOVERY : HOME)).toEqual([]);
});

test('the configuration’s own word comes first, also where there is no address', async () => {
  const values = { [HOME]: 'at-home', [RECOVERY]: 'away' };
  await switched({ engine: 'ebs', switch: [{ ...PARAMETER, values }] } as never);
  expect(says(RECOVERY)).toEqual(['away']);
});

test('where nothing says where it is, nothing is written', async () => {
  await expect(switched({ engine: 'ebs', switch: [PARAMETER] } as never)).rejects.toMatchObject({
    name: 'SwitchNotUsable',
    message: expect.stringContaining(`nothing says where orders is in ${RECOVERY}`),
  });
  expect(says(RECOVERY)).toEqual([]);
});

test('each is told with what was there before, and of a secret no text', async () => {
  const all: Switch[] = [
    PARAMETER,
    { secret: 'shop', field: 'bucket', values: { [RECOVERY]: 'hunter2' } },
    { record: 'orders.shop.example', hostedZone: 'Z1', ttl: seconds(60), values: { [RECOVERY]: 'o.dr' } },
  ];
  world.switchboard(RECOVERY).says.set('record orders.shop.example', 'o.home');
  expect(await switched({ switch: all })).toEqual([
    `parameter /shop/orders in ${RECOVERY} says restored-${RECOVERY}; before: nothing`,
    `field bucket of secret shop in ${RECOVERY} names what took over; before: nothing`,
    `record orders.shop.example in ${RECOVERY} says o.dr; before: o.home`,
  ]);
  expect(await switched({ switch: [PARAMETER] })).toEqual([
    `parameter /shop/orders in ${RECOVERY} says restored-${RECOVERY}, and did before`,
  ]);
});

test('a move that another one overtook switches nothing any more: its side is not the true one', async () => {
  const maxSkew = minutes(15);
  const group = { name: 'shop', layers: [['orders']], to: RECOVERY, maxSkew, approvalWithin: minutes(60) };
  const groups = [group];
  const since = parseInstant('2026-11-21T12:00:00Z')!;
  const one = { ...cluster('orders'), switch: [PARAMETER] };
  world.installation = { ...INSTALLATION, clusters: [one], groups };
  const turned = (region: string) => turn({ cluster: 'orders', region }, world.ports(RECOVERY));
  const refused = { name: 'FencedOff' };
  await expect(turned(RECOVERY)).rejects.toMatchObject(refused);
  await world.groups.raise({ group: 'shop', number: 2, active: RECOVERY, since, move: 'failover' });
  expect(await turned(RECOVERY)).toEqual({ switched: [expect.stringContaining(RECOVERY)] });
  await expect(turned(HOME)).rejects.toMatchObject(refused);
  expect(says(HOME)).toEqual([]);
});
