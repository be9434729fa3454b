import { expect, it, vi } from 'vitest';
import { withVolumes } from '../../../../../adapters/engines/tidb/volumes-driver.ts';
import type { RecoveryPoint } from '../../../../../core/catalog/recovery-point.ts';
import type { DiscardSpec, EngineDriver, RestoreSpec } from '../../../../../core/engines/driver.ts';

const ports = {} as Parameters<typeof withVolumes>[1];
const point = (engine: 'tidb' | 'ebs', id: string) => ({ engine, id, cluster: 'ledger' }) as RecoveryPoint;
const configured = (volumes: object | undefined) =>
  ({ engine: 'tidb', name: 'ledger', ...(volumes && { volumes }) }) as RestoreSpec['cluster'];
const tag = { instances: { key: 'role', value: 'tikv' } };

const preflight = (of: 'tidb' | 'ebs', volumes: object | undefined) => {
  const files = { preflight: async () => [] } as unknown as EngineDriver;
  return withVolumes(files, ports).preflight({
    point: point(of, 'p-1'),
    cluster: configured(volumes),
  } as RestoreSpec);
};

it('refuses a point of the other kind than the configuration of today, with the way out', async () => {
  expect(await preflight('tidb', tag)).toEqual([
    { name: 'UnsupportedByEngine', message: expect.stringMatching(/p-1 lies as files.*take volumes out/s) },
  ]);
  expect(await preflight('ebs', undefined)).toEqual([
    {
      name: 'UnsupportedByEngine',
      message: expect.stringMatching(/p-1 lies as snapshots.*put volumes back/s),
    },
  ]);
  expect(await preflight('tidb', undefined)).toEqual([]);
});

it('asks no set of volumes which snapshot of files it continues', async () => {
  const discard = vi.fn(async (_: DiscardSpec) => ({ removedItems: 1 }));
  const driver = withVolumes({ discard } as unknown as EngineDriver, ports);
  const neighbours = [point('ebs', 'p-0'), point('tidb', 'p-2')];
  await driver.discard({ cluster: 'ledger', region: 'eu-west-1', point: point('tidb', 'p-1'), neighbours });
  expect(discard.mock.calls[0]![0].neighbours.map(({ id }) => id)).toEqual(['p-2']);
});

it('begins no volumes for a cluster that has none in its configuration any more', async () => {
  const driver = withVolumes({} as EngineDriver, ports);
  const spec = { point: point('ebs', 'p-1'), cluster: configured(undefined) } as Parameters<
    EngineDriver['begin']
  >[0];
  expect(await driver.begin(spec)).toMatchObject({
    outcome: 'failed',
    reason: { name: 'InvalidConfiguration' },
  });
});
