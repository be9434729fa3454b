import { describe, expect, it } from 'vitest';
import { expire } from '../../../cli/commands/expire.ts';
import { hold } from '../../../cli/commands/hold.ts';
import { lift } from '../../../cli/commands/lift.ts';
import { list } from '../../../cli/commands/list.ts';
import { show } from '../../../cli/commands/show.ts';
import type { OperatorCommand } from '../../../cli/operator/command.ts';
import { hours, type Instant, later } from '../../../core/time/instant.ts';
import { expired, START, withPoints } from '../../support/expiry-runs.ts';
import { HOME, INSTALLATION, RECOVERY, type TaskWorld } from '../../support/task-world.ts';
import { configOf, shell, typed } from './typed.ts';

const NOW = later(START, hours(5));
const config = configOf(INSTALLATION);
const at = (world: TaskWorld, now: Instant = NOW) => shell(config, () => world.catalog, now);
const ask = (world: TaskWorld, command: OperatorCommand, ...args: string[]) =>
  typed(command, args, at(world));

describe('list', () => {
  it('shows recovery points newest first, with their copies and why each is kept', async () => {
    const { world, ids } = await withPoints(4);
    const { code, said } = await ask(world, list, 'orders');
    expect(code).toBe(0);
    const [title, header, ...rows] = said.split('\n');
    expect(title).toBe('orders: 4 recovery points');
    expect(header).toMatch(/RECOVERY POINT +STATE +TAKEN AT +ITEMS +SIZE +COPIES +WHY/);
    expect(rows.map((row) => row.trim().split(' ')[0])).toEqual([...ids].reverse());
    expect(rows[0]).toContain(`${HOME} proven, ${RECOVERY} proven`);
    expect(rows[0]).toMatch(/minimum-keep#1 keep-last#1$/);
    expect(rows[3]).toMatch(/nothing any more: due to expire$/);
  });

  it('takes every configured cluster when none is named, and machines get the same', async () => {
    const { world, ids } = await withPoints(1);
    expect((await ask(world, list)).said).toContain('billing: no recovery points');
    const { said } = await ask(world, list, '--json');
    const [orders, billing] = JSON.parse(said);
    expect(orders.points[0]).toMatchObject({
      id: ids[0],
      scheduledAt: '2026-11-02T00:00:00Z',
      keptFor: ['minimum-keep#1', 'keep-last#1'],
      copies: [
        { region: HOME, state: 'proven' },
        { region: RECOVERY, state: 'proven' },
      ],
    });
    expect(billing).toEqual({ cluster: 'billing', holds: [], points: [] });
  });

  it('does not know a cluster that nobody knows, and says so to machines too', async () => {
    const { world } = await withPoints(1);
    const { code, complained, said } = await ask(world, list, 'invoices', '--json');
    expect(code).toBe(1);
    expect(complained).toContain('UnknownCluster: neither the configuration nor the catalog');
    expect(JSON.parse(said).refused.name).toBe('UnknownCluster');
  });
});

describe('show', () => {
  it('shows one recovery point, its copies and the holds on it', async () => {
    const { world, ids } = await withPoints(3);
    await ask(world, hold, ids[0]!, '--name', 'litigation-7', '--why', 'case 7/2026');
    const { code, said } = await ask(world, show, ids[0]!);
    expect(code).toBe(0);
    expect(said).toMatch(/why +legal-hold:litigation-7/);
    expect(said).toMatch(/held by +litigation-7 since 2026-11-02T05:00:00Z: case 7\/2026/);
    expect(said).toMatch(new RegExp(`copy in ${RECOVERY} +proven at 2026-`));
  });

  it('refuses what the catalog does not have', async () => {
    const { world } = await withPoints(1);
    const { code, complained } = await ask(world, show, 'orders-hourly-20200101t000000z');
    expect(code).toBe(1);
    expect(complained).toContain('UnknownRecoveryPoint');
  });
});

describe('hold and lift', () => {
  it('a hold on a cluster keeps every point of it from expiring, until it is lifted by its name', async () => {
    const { world, ids } = await withPoints(4);
    const placed = await ask(world, hold, 'orders', '--name', 'litigation-7', '--why', 'case 7/2026');
    expect(placed).toMatchObject({ code: 0, complained: '' });
    await expired(world, NOW);
    expect((await world.catalog.point(ids[0]!))?.state).toBe('sealed');
    expect((await ask(world, list, 'orders')).said).toContain(
      'orders: 4 recovery points, held by litigation-7',
    );
    expect((await ask(world, lift, 'orders', '--name', 'litigation-7')).code).toBe(0);
    expect(await world.catalog.holds('orders')).toEqual([]);
  });

  it('refuses what is not there to be held or lifted, and names what is', async () => {
    const { world } = await withPoints(1);
    const why = ['--name', 'audit', '--why', 'x'];
    expect(await ask(world, hold, 'invoices', ...why)).toMatchObject({ code: 1 });
    expect(await ask(world, hold, 'orders-hourly-20200101t000000z', ...why)).toMatchObject({ code: 1 });
    await ask(world, hold, 'orders', ...why);
    const { code, complained } = await ask(world, lift, 'orders', '--name', 'adit');
    expect(code).toBe(1);
    expect(complained).toBe(
      `UnknownLegalHold: orders has no legal hold named "adit" in ${HOME}; its holds are: audit`,
    );
  });
});

describe('expire --plan', () => {
  it('says what the next run does, which then does just that, and writes nothing', async () => {
    const { world, ids } = await withPoints(4);
    const before = world.catalog.dump();
    const { code, said } = await ask(world, expire, '--plan');
    expect(code).toBe(0);
    expect(said).toContain('orders: 4 considered, 2 kept, 2 into the bin');
    for (const id of ids.slice(0, 2)) expect(said).toContain(`expire ${id}: no rule of plan gold`);
    expect(world.catalog.dump()).toBe(before);
    await expired(world, NOW);
    const states = await Promise.all(ids.map(async (id) => (await world.catalog.point(id))?.state));
    expect(states).toEqual(['expiring', 'expiring', 'sealed', 'sealed']);
  });

  it('names what only a hold keeps, with the command that lifts it', async () => {
    const { world, ids } = await withPoints(4);
    await ask(world, hold, ids[0]!, '--name', 'audit', '--why', 'tax');
    const { said } = await ask(world, expire, '--plan');
    expect(said).toContain('orders: 4 considered, 3 kept, 1 into the bin');
    expect(said).toContain(`keep ${ids[0]}: LegalHoldActive`);
    expect(said).toContain('"holdfast lift orders --name …"');
  });

  it('names the copies whose grace has ended, in every region', async () => {
    const { world, ids } = await withPoints(4);
    await expired(world, NOW);
    const days4 = shell(config, () => world.catalog, later(NOW, hours(96)));
    const { said } = await typed(expire, ['--plan'], days4);
    for (const region of [HOME, RECOVERY])
      expect(said).toContain(`${region}: 2 copies whose grace has ended`);
    expect(said).toContain(`discard ${ids[0]}, grace ended at 2026-11-05T05:00:00Z`);
  });
});

describe('a command that makes no sense ends with 2 and what it takes', () => {
  it.each<[string[], OperatorCommand, string]>([
    [['a', 'b'], list, 'it takes at most 1 operand; received ["a","b"]; "holdfast list --help"'],
    [[], show, 'it takes 1 operand; received none'],
    [['--region', 'mars-1'], list, `--region is "mars-1", and this installation is in ${HOME}, ${RECOVERY}`],
    [['orders', '--why', 'x'], hold, '--name takes a name to lift the hold by; received nothing'],
    [['orders', '--name', 'a', '--why', ' '], hold, '--why takes the reason for the hold; received " "'],
    [['orders', '--name', 'A b', '--why', 'x'], hold, '--name is "A b"; it takes lower-case letters'],
    [[], expire, 'expiry runs on its schedule and not by hand; --plan shows'],
    [['orders', '--nam', 'x'], lift, "Unknown option '--nam'"],
  ])('%j', async (args, command, complaint) => {
    const { world } = await withPoints(1);
    const { code, complained, said } = await ask(world, command, ...args);
    expect(code).toBe(2);
    expect(complained).toContain(complaint);
    expect(said).toBe('');
  });

  it('--help answers it without looking at any account', async () => {
    const nothing = shell(config, () => expect.unreachable(), NOW);
    expect(await typed(list, ['--help'], nothing)).toMatchObject({ code: 0 });
  });
});

it('reads where --region says, else where AWS_REGION does if that is one of the installation’s, else the primary', async () => {
  const { world } = await withPoints(1);
  const asked = async (environment: Record<string, string>, ...args: string[]) => {
    const regions: string[] = [];
    const look = (region: string) => {
      regions.push(region);
      return world.catalog;
    };
    await typed(list, args, shell(config, look, NOW, environment));
    return [...new Set(regions)];
  };
  expect(await asked({})).toEqual([HOME]);
  expect(await asked({ AWS_REGION: RECOVERY })).toEqual([RECOVERY]);
  expect(await asked({ AWS_REGION: 'us-east-1' })).toEqual([HOME]);
  expect(await asked({ AWS_REGION: RECOVERY }, '--region', HOME)).toEqual([HOME]);
});

it('a configuration with mistakes is refused with every one of them', async () => {
  const { world } = await withPoints(1);
  const broken = { ...config, clusters: {}, plans: {} };
  const { code, complained } = await typed(
    list,
    [],
    shell(broken, () => world.catalog, NOW),
  );
  expect(code).toBe(1);
  expect(complained).toContain('InvalidConfiguration: holdfast.config.ts has');
});
