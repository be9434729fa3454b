import { describe, expect, it } from 'vitest';
import { label } from '../../../cli/commands/label.ts';
import { status } from '../../../cli/commands/status.ts';
import type { OperatorCommand } from '../../../cli/operator/command.ts';
import type { VaultView } from '../../../cli/operator/read-vault.ts';
import { VaultNotFound } from '../../../core/errors/registry.ts';
import { hours, later } from '../../../core/time/instant.ts';
import { FIRST } from '../../../core/verify/cursor.ts';
import { writeStanding } from '../../../lambdas/verify/standing-file.ts';
import { watch } from '../../../lambdas/watch/watch-objectives/watch.ts';
import { START, withPoints } from '../../support/expiry-runs.ts';
import { HOME, INSTALLATION, RECOVERY, type TaskWorld } from '../../support/task-world.ts';
import { configOf, shell, typed } from './typed.ts';

const NOW = later(START, hours(5));

/** Vaults as they are, but for those that are dark. */
const vaults =
  (world: TaskWorld, dark: readonly string[]) =>
  async (region: string): Promise<VaultView> => {
    if (dark.includes(region)) throw new VaultNotFound(`no vault in ${region}`);
    const { store, bucket } = world.ports(region).vault;
    return { region, bucket, store } as unknown as VaultView;
  };

const ask = (world: TaskWorld, command: OperatorCommand, args: string[], dark: readonly string[] = []) =>
  typed(command, args, {
    ...shell(configOf(INSTALLATION), () => world.catalog, NOW, {}, vaults(world, dark)),
    records: () => ({ drills: world.drills, groups: world.groups }),
  });

describe('label', () => {
  it('says what restores in each region, and what the scrub of each found', async () => {
    const { world, ids } = await withPoints(4);
    await writeStanding(world.ports(RECOVERY).vault, { manifests: FIRST, items: FIRST, open: [] }, START);
    await watch({}, world.ports(RECOVERY), NOW);
    const { code, said } = await ask(world, label, ['orders']);
    expect(code).toBe(0);
    expect(said).toMatch(
      new RegExp(`in ${HOME} +restores to .+ ${ids.at(-1)} with root .+; no scrub is known`),
    );
    expect(said).toMatch(new RegExp(`in ${RECOVERY} +restores to .+; scrubbed 2026-11-02T00:00:00Z, sound`));
    expect(said).toMatch(/risk +NeverDrilled: no drill of it has ever passed/);
  });

  it('is made although a region is dark', async () => {
    const { world } = await withPoints(1);
    const { code, said } = await ask(world, label, ['orders', '--json', '--region', RECOVERY], [HOME]);
    expect(code).toBe(0);
    expect(JSON.parse(said)).toMatchObject({
      format: 1,
      cluster: 'orders',
      threeTwoOne: { copies: { value: 3 } },
    });
  });

  it('speaks OpenMetrics, and not two languages at once', async () => {
    const { world } = await withPoints(1);
    expect((await ask(world, label, ['orders', '--openmetrics'])).said).toMatch(
      /holdfast_copies\{cluster="orders"\} 3\n[\s\S]*# EOF$/,
    );
    expect((await ask(world, label, ['orders', '--openmetrics', '--json'])).code).toBe(2);
  });

  it('does not know a cluster that nobody knows', async () => {
    const { world } = await withPoints(1);
    const { code, complained } = await ask(world, label, ['invoices']);
    expect(code).toBe(1);
    expect(complained).toContain('UnknownCluster');
  });
});

describe('status', () => {
  it('has a line for each cluster, with what it would lose, what a restore takes and what is at risk', async () => {
    const { world } = await withPoints(1);
    const { code, said } = await ask(world, status, []);
    expect(code).toBe(0);
    const [header, orders, billing] = said.split('\n');
    expect(header).toMatch(/^CLUSTER +ENGINE +RUNS IN +WOULD LOSE +RESTORE TAKES +DRILLED +3-2-1 +RISKS$/);
    expect(orders).toMatch(
      new RegExp(`^orders +objects +${HOME} +${HOME} .+, ${RECOVERY} .+ of 4 h +never +3-1-1 +`),
    );
    expect(billing).toMatch(/all, .+ all .+ never +1-1-0 +NothingProven/);
  });
});
