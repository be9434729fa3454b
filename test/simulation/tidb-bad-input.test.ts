import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../cli/stage.ts';
import type { RecoveryPoint } from '../../core/catalog/recovery-point.ts';
import { type LogChain, logPrefix } from '../../core/log/chain.ts';
import {
  days,
  earlier,
  hours,
  type Instant,
  instant,
  iso,
  later,
  minutes,
  seconds,
} from '../../core/time/instant.ts';
import { tsoOf } from '../../embedded/tidb/tso.ts';
import { vaultName } from '../../lib/names.ts';
import { catalogOf } from '../support/catalog-of.ts';
import { Blueprint, ending } from '../support/world-of.ts';
import { HOME } from './installations.ts';
import { INSTALLATION, SECRET, TidbMistakes } from './tidb-mistakes.ts';

let blueprint: Blueprint;
let world: TidbMistakes;
let stage: Stage;
/** The log that somebody stopped, and the one that followed it. */
let broken: LogChain;
let running: LogChain;
/** The fulls of `shop`, oldest first: one in the broken log, and two in the other. */
let fulls: readonly RecoveryPoint[];

const roleOf = (name: string) => `arn:aws:iam::${stage.cloud.account}:role/holdfast-${HOME}-${name}`;

beforeAll(async () => {
  blueprint = await Blueprint.of(INSTALLATION);
  world = new TidbMistakes(blueprint, 51);
  stage = world.stage;
  // A change stands for so much that an hour's log takes most of an hour to replay.
  Object.assign(world.shop().options, { bytesPerChange: 500_000_000 });
  await world.live(6);
  world.shop().log.stop();
  await world.live(8);
  expect(ending(await stage.execute(HOME, 'backup', { cluster: 'shop' })).name).toBe('SUCCEEDED');
  await world.live(4);
  const chains = await stage.until(stage.catalog(HOME).chains('shop', HOME));
  [broken, running] = chains.toSorted((a, b) => a.startedAt - b.startedAt) as [LogChain, LogChain];
  fulls = catalogOf(stage, HOME)
    .points.filter(({ cluster, state }) => cluster === 'shop' && state === 'sealed')
    .sort((a, b) => a.takenAt! - b.takenAt!);
}, 120_000);
afterAll(() => {
  stage?.close();
  blueprint?.close();
});

const inTheLog = (): Instant => earlier(running.checkpoint, minutes(30));

describe('an instant that no log covers is refused at once, with every window', () => {
  it('the day before', async () => {
    const { name, message } = await world.ask({ to: iso(earlier(fulls[0]!.takenAt!, days(1))) });
    expect(name).toBe('WindowNotCovered');
    for (const full of [fulls[0], fulls[1]]) expect(message).toContain(`${iso(full!.takenAt!)} to`);
    expect(message).toContain(`(log ${broken.chain}, broken)`);
    expect(message).toContain(`${fulls[0]!.id} restores ${iso(fulls[0]!.takenAt!)}, 24 h later`);
  });

  it('in an hour', async () => {
    const { name, message } = await world.ask({ to: iso(later(stage.now, hours(1))) });
    expect(name).toBe('WindowNotCovered');
    expect(message).toMatch(/which is in the future\. .* or for "latest", which is 2026-/);
  });

  it('in the hole that somebody left who stopped the log, with the points on both sides', async () => {
    const hole = later(broken.checkpoint, seconds(1));
    expect(hole).toBeLessThan(fulls[1]!.takenAt!);
    const { name, message } = await world.ask({ to: iso(hole) });
    expect(name).toBe('WindowNotCovered');
    expect(message).toContain(`to ${iso(broken.checkpoint)} (log ${broken.chain}, broken)`);
    for (const { id, takenAt } of [fulls[0]!, fulls[1]!])
      expect(message).toContain(`${id} restores ${iso(takenAt!)}`);
  });
});

describe('what a restore meets is named by BR within minutes', () => {
  it('a target that holds data stays as it is', async () => {
    world.beside().createDatabase('somebodys');
    const began = stage.now;
    const { name, message, sentence } = await world.failure({ to: iso(inTheLog()) });
    expect(name).toBe('TargetNotEmpty');
    expect(message).toMatch(/databases somebodys existed .*name the reach of a new cluster/s);
    expect(sentence).toContain('nothing was written into pd.beside:2379');
    expect(stage.now - began).toBeLessThan(minutes(5));
    expect([...world.beside().contentsNow().databases]).toEqual(['somebodys']);
    world.beside().dropDatabase('somebodys');
  });

  it('an address at which nothing answers', async () => {
    world.beside().faults.hidesPd = true;
    const began = stage.now;
    const { name, message } = await world.failure({ to: 'latest' });
    expect(name).toBe('ClusterUnreachable');
    expect(message).toMatch(/nothing answered as PD at pd\.beside:2379 .*port 2379.*start it again/s);
    expect(stage.now - began).toBeLessThan(minutes(10));
    world.beside().faults.hidesPd = false;
  });

  it('names of databases that the recovery point does not hold', async () => {
    for (const databases of [['shopp'], ['shopp', 'stockk']]) {
      const { name, message, sentence } = await world.failure({ to: fulls[1]!.id, scope: { databases } });
      expect(name).toBe('InvalidInput');
      expect(message).toMatch(/name others|name databases or tables that it holds/);
      expect(sentence).toContain('nothing was written');
    }
    expect(world.beside().rowsNow().size).toBe(0);
  });
});

describe('what a backup meets fails it by name, and no empty recovery point comes of it', () => {
  it('a filter that no table passes', async () => {
    stage.tidb.applications.get('misspelt')!.act();
    const { name, message } = await world.capture('misspelt');
    expect(name).toBe('InvalidConfiguration');
    expect(message).toMatch(/no table of misspelt passes its filter \["shopp\.\*"\].*correct the filter/);
  });

  it('an address at which nothing answers', async () => {
    stage.tidb.fleet.cluster('astray', HOME).faults.hidesPd = true;
    const { name, message } = await world.capture('astray');
    expect(name).toBe('ClusterUnreachable');
    expect(message).toMatch(/nothing answered as PD at pd\.astray:2379/);
  });

  it('a secret that ECS may not read, or that is not there, or lacks a key', async () => {
    const { secrets, iam } = stage.cloud;
    const missing = await world.capture('vaulted');
    expect(missing.name).toBe('InvalidConfiguration');
    expect(missing.message).toMatch(/no such secret as reach\.tls names.*full ARN/s);
    const seed = (value: object) =>
      secrets.seed({ region: HOME, name: 'vaulted-tls', arn: SECRET, value: JSON.stringify(value) });
    seed({ ca: 'the CA', cert: 'the certificate' });
    const poor = await world.capture('vaulted');
    expect(poor.name).toBe('InvalidConfiguration');
    expect(poor.message).toMatch(/did not contain json key key.*"ca", "cert" and "key" in PEM/s);
    seed({ ca: 'the CA', cert: 'the certificate', key: 'the key' });
    iam.attach(roleOf('start-br-vaulted'), {
      Statement: [{ Effect: 'Deny', Action: 'secretsmanager:GetSecretValue', Resource: SECRET }],
    });
    const denied = await world.capture('vaulted');
    expect(denied.name).toBe('PermissionMissing');
    expect(denied.message).toMatch(/may not read the secret of reach\.tls.*start-br-vaulted.*let the role/s);
  });
});

describe('a restore that somebody stops', () => {
  /** Stops the execution once BR replays the log. */
  async function stopped(to: Instant): Promise<void> {
    const execution = stage.start(HOME, 'restore', { cluster: 'shop', to: iso(to) });
    while (execution.status === 'RUNNING' && !world.beside().pd.gcIsOff) await stage.run(minutes(1));
    stage.cloud.states.stop(execution, 'Operator', 'never mind');
    await stage.run(minutes(4));
  }

  it('is stopped, says what it leaves, refuses another instant, and goes on to its own', async () => {
    const to = inTheLog();
    await stopped(to);
    const { reason, sentence } = world.heard.findLast(({ name }) => name === 'RestoreFailed')!;
    expect(reason?.message).toMatch(
      /was stopped by somebody; .*SET CONFIG tikv `gc\.ratio-threshold` = 1\.1/,
    );
    expect(sentence).toContain('pd.beside:2379 is not to be trusted');
    const rows = world.beside().rowsNow().size;
    await stage.run(hours(2));
    expect(world.beside().rowsNow().size).toBe(rows);

    const other = await world.failure({ to: iso(later(to, minutes(1))) });
    expect(other.name).toBe('TargetNotUsable');
    expect(other.message).toContain(`start that one again, with "to":"${iso(to)}", and it goes on`);

    expect((await world.ask({ to: iso(to) })).name).toBe('SUCCEEDED');
    expect(world.beside().pd.gcIsOff).toBe(false);
    const truth = stage.tidb.applications.get('shop')!.compareWith(world.beside(), to);
    expect(truth).toMatchObject({ differing: 0 });
    expect(truth.compared).toBeGreaterThan(10);
    world.beside().empty();
  });
});

describe('a log that somebody truncated by hand', () => {
  it('is refused for the full before that, and leads from the next one', async () => {
    const [, before, after] = fulls as [RecoveryPoint, RecoveryPoint, RecoveryPoint];
    const { account } = stage.cloud;
    const person = stage.cloud.callAs({ name: 'a person', principal: `arn:aws:iam::${account}:root` });
    const storage = `s3://${vaultName(account, HOME)}/${logPrefix('shop', running.chain)}`;
    const until = tsoOf(instant(after.takenAt! - 1)).toString();
    const command = [
      '/br',
      'log',
      'truncate',
      '--storage',
      storage,
      '--s3.region',
      HOME,
      '--until',
      until,
      '-y',
    ];
    await stage.until(
      person('ecs', HOME, 'RunTask', {
        cluster: 'holdfast',
        taskDefinition: 'holdfast-br-shop',
        launchType: 'FARGATE',
        count: 1,
        clientToken: 'by-hand',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1b2c3d'] } },
        overrides: { containerOverrides: [{ name: 'br', command }] },
      }),
    );
    await stage.run(minutes(10));
    const between = instant(Math.round((before.takenAt! + after.takenAt!) / 2));
    const { name, message, sentence } = await world.failure({ to: iso(between) });
    expect(name).toBe('WindowNotCovered');
    expect(message).toMatch(/it has gap between full backup .*ask for an instant that the log covers/s);
    expect(sentence).toContain('nothing was written');
    expect((await world.ask({ to: iso(inTheLog()) })).name).toBe('SUCCEEDED');
  });
});
