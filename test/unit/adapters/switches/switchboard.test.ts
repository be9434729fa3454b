import type { RDSClient } from '@aws-sdk/client-rds';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect, registerTransport } from '../../../../adapters/aws/clients.ts';
import { awsSwitchboard } from '../../../../adapters/switches/switchboard.ts';
import type { Switchboard } from '../../../../core/ports/switchboard.ts';
import { instant, seconds } from '../../../../core/time/instant.ts';
import { World } from '../../../../embedded/clock/world.ts';
import { Route53 } from '../../../../embedded/route53/route53.ts';
import { Secrets } from '../../../../embedded/secrets/secrets.ts';
import { AwsError } from '../../../../embedded/service.ts';
import { Ssm } from '../../../../embedded/ssm/ssm.ts';
import { ACCOUNT, directTransport } from '../../../support/direct-transport.ts';

const REGION = 'eu-central-1';
const NOW = instant(Date.UTC(2026, 10, 21, 12));
const PARAMETER = { parameter: '/shop/orders/endpoint' };
const HOST = { secret: 'shop/orders', field: 'host' };
const RECORD = { record: 'orders.shop.example', hostedZone: 'Z1', ttl: seconds(60) };

let ssm: Ssm;
let secrets: Secrets;
let route53: Route53;
let written: string[];
let refuse: AwsError | undefined;
let board: Switchboard;

beforeEach(() => {
  ssm = new Ssm();
  secrets = new Secrets(new World(NOW, 1), ACCOUNT);
  route53 = new Route53();
  written = [];
  refuse = undefined;
  route53.seedZone('Z1', 'shop.example');
  registerTransport(
    directTransport([ssm, secrets, route53], {
      now: () => NOW,
      before: ({ operation }) => {
        if (refuse && /^(Put|Change)/.test(operation)) throw refuse;
      },
      after: ({ operation }) => {
        if (/^(Put|Change)/.test(operation)) written.push(operation);
      },
    }),
  );
  board = awsSwitchboard({
    ssm: connect(new SSMClient({ region: REGION }), 'ssm', REGION),
    secrets: connect(new SecretsManagerClient({ region: REGION }), 'secrets-manager', REGION),
    route53: connect(new Route53Client({ region: 'us-east-1' }), 'route-53', 'us-east-1'),
    rds: undefined as unknown as RDSClient,
  });
});
afterEach(() => registerTransport(undefined));

describe('a parameter', () => {
  test('is made, says what was there before when it is written again, and is left alone when it says so', async () => {
    expect(await board.turn(PARAMETER, 'a.internal')).toEqual({ changed: true });
    expect(await board.turn(PARAMETER, 'b.internal')).toEqual({ changed: true, before: 'a.internal' });
    expect(await board.turn(PARAMETER, 'b.internal')).toEqual({ changed: false, before: 'b.internal' });
    expect(ssm.valueOf(REGION, PARAMETER.parameter)).toBe('b.internal');
    expect(ssm.valueOf('eu-west-1', PARAMETER.parameter)).toBeUndefined();
    expect(written).toHaveLength(2);
  });

  test('of another kind is refused before anything is written', async () => {
    ssm.seed(REGION, PARAMETER.parameter, 'a,b', NOW, 'StringList');
    await expect(board.turn(PARAMETER, 'a')).rejects.toMatchObject({ name: 'SwitchNotUsable' });
    expect(ssm.valueOf(REGION, PARAMETER.parameter)).toBe('a,b');
  });
});

describe('a secret', () => {
  const seed = (value: string) => secrets.seed({ region: REGION, name: HOST.secret, value });

  test('gets one field, keeps the others, and is told by the version that held it before', async () => {
    seed('{"host":"old","password":"hunter2"}');
    const turned = await board.turn(HOST, 'new');
    expect(JSON.parse(secrets.valueOf(REGION, HOST.secret)!)).toEqual({ host: 'new', password: 'hunter2' });
    expect(turned).toMatchObject({ changed: true, before: expect.stringMatching(/^version [0-9a-f-]{36}$/) });
    const versionId = turned.before!.slice('version '.length);
    const call = { account: ACCOUNT, region: REGION, principal: 'root', now: NOW };
    expect(
      secrets.call('GetSecretValue', { SecretId: HOST.secret, VersionId: versionId }, call),
    ).toMatchObject({ SecretString: '{"host":"old","password":"hunter2"}', VersionStages: ['AWSPREVIOUS'] });
    expect(await board.turn(HOST, 'new')).toMatchObject({ changed: false });
    expect(written).toHaveLength(1);
  });

  test('is written as a whole where no field is named', async () => {
    seed('old');
    await board.turn({ secret: HOST.secret }, 'new');
    expect(secrets.valueOf(REGION, HOST.secret)).toBe('new');
  });

  test.each([
    ['is not there', undefined],
    ['is no JSON', 'hunter2'],
    ['is a list', '["hunter2"]'],
  ])('that %s is refused, and its text is not told', async (_, value) => {
    if (value !== undefined) seed(value);
    const refused = board.turn(HOST, 'new');
    await expect(refused).rejects.toMatchObject({ name: 'SwitchNotUsable' });
    await expect(refused).rejects.not.toThrow(/hunter2/);
    expect(written).toEqual([]);
  });

  test('that is a replica says what it has to become', async () => {
    seed('{}');
    refuse = new AwsError('InvalidRequestException', 'not permitted on a replica secret');
    await expect(board.turn(HOST, 'new')).rejects.toMatchObject({
      name: 'SwitchNotUsable',
      message: expect.stringContaining('StopReplicationToReplica'),
    });
  });
});

describe('a record', () => {
  test('becomes a CNAME, is changed, and is left alone when it points there', async () => {
    expect(await board.turn(RECORD, 'a.rds.amazonaws.com')).toEqual({ changed: true });
    expect(await board.turn(RECORD, 'b.rds.amazonaws.com')).toEqual({
      changed: true,
      before: 'a.rds.amazonaws.com',
    });
    expect(await board.turn(RECORD, 'B.rds.amazonaws.com.')).toMatchObject({ changed: false });
    expect(route53.resolve(RECORD.record)).toBe('b.rds.amazonaws.com');
    expect(written).toHaveLength(2);
  });

  test('is written where another name comes first in the zone', async () => {
    await board.turn({ ...RECORD, record: 'z.shop.example' }, 'z.internal');
    expect(await board.turn(RECORD, 'a.internal')).toEqual({ changed: true });
  });

  test.each([
    ['an address', RECORD, '10.0.0.7'],
    ['a bucket place', RECORD, 's3://bucket/'],
    ['a name outside of the zone', { ...RECORD, record: 'orders.other.example' }, 'a.internal'],
    ['a zone that is not there', { ...RECORD, hostedZone: 'Z2' }, 'a.internal'],
  ])('of %s is refused', async (_, one, text) => {
    await expect(board.turn(one, text)).rejects.toMatchObject({ name: 'SwitchNotUsable' });
    expect(written).toEqual([]);
  });

  test('beside another kind of record of its name is refused in Route 53’s words', async () => {
    const Name = RECORD.record;
    route53.seedZone('Z1', 'shop.example', [
      { Name, Type: 'A', TTL: 60, ResourceRecords: [{ Value: '10.0.0.7' }] },
    ]);
    await expect(board.turn(RECORD, 'a.internal')).rejects.toMatchObject({
      name: 'SwitchNotUsable',
      message: expect.stringContaining('conflicts with other records'),
    });
  });

  test.each(['Throttling', 'PriorRequestNotComplete'])('is tried again after %s', async (name) => {
    refuse = new AwsError(name, 'Rate exceeded');
    await expect(board.turn(RECORD, 'a.internal')).rejects.toMatchObject({ name: 'Throttled' });
  });
});
