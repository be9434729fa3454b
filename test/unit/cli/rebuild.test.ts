import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/engines/shared/sha256.ts';
import { rebuild } from '../../../cli/commands/rebuild.ts';
import type { VaultView } from '../../../cli/operator/read-vault.ts';
import type { CopyRecord, RecoveryPoint } from '../../../core/catalog/recovery-point.ts';
import { ServiceUnavailable } from '../../../core/errors/registry.ts';
import { recoveryPointId } from '../../../core/ids/names.ts';
import { indexKey, itemKey, shardKey } from '../../../core/manifest/layout.ts';
import { indexOf } from '../../../core/manifest/merkle.ts';
import { printShard, shardEntry, totalsOf } from '../../../core/manifest/shards.ts';
import { days, hours, later } from '../../../core/time/instant.ts';
import { MemoryCatalog } from '../../support/memory-catalog.ts';
import { HOME, INSTALLATION, RECOVERY, time } from '../../support/task-world.ts';
import { configOf, shell, type Typed, typed } from './typed.ts';

const START = time('2026-11-21T00:00:00Z');
const NOW = later(START, days(1));
const id = (n: number): string => recoveryPointId('orders', 'hourly', later(START, hours(n)));

/** A vault in memory with a point for each of the hours, each compared with the one before. */
function vaultWith(
  hoursOfPoints: readonly number[],
  region: string,
): VaultView & { readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  for (const [n, hour] of hoursOfPoints.entries()) {
    const before = hoursOfPoints[n - 1];
    const line = { key: 'a.txt', version: `v${hour}`, bytes: 1, checksum: 'crc64nvme:x', since: id(hour) };
    const entry = shardEntry(0, [line], sha256);
    const at = later(START, hours(hour));
    const recoveryPoint: RecoveryPoint = {
      id: id(hour),
      cluster: 'orders',
      engine: 'objects',
      plan: 'gold',
      rule: 'hourly',
      region: HOME,
      state: 'captured',
      scheduledAt: at,
      openedAt: at,
      takenAt: at,
      execution: 'test',
      ...(before !== undefined && { base: id(before) }),
    };
    const beside = { statistics: {}, configuration: {} };
    const index = indexOf(
      recoveryPoint,
      { ...totalsOf([line], id(hour)), shards: [entry], ...beside },
      sha256,
    );
    files.set(indexKey('orders', id(hour)), Buffer.from(JSON.stringify(index)));
    files.set(shardKey('orders', id(hour), 0), gzipSync(printShard([line])));
    files.set(itemKey('orders', id(hour), 'a.txt', sha256), Buffer.from('a'));
  }
  const listed = (prefix: string) =>
    [...files.keys()].filter((key) => key.startsWith(prefix)).map((key) => ({ key, bytes: 1, etag: 'e' }));
  return {
    files,
    region,
    bucket: `vault-${region}`,
    store: {
      get: async (_bucket, key) => files.get(key),
      list: async function* (_bucket, prefix) {
        yield* listed(prefix);
      },
      versions: async (_bucket, prefix) => ({
        versions: listed(prefix).map((each) => ({
          ...each,
          version: 'v',
          modifiedAt: START,
          deleted: false,
        })),
      }),
    },
    hasSnapshot: async () => false,
  };
}

/** A table that takes points and no copies, for as long as the line is cut. */
class CutOff extends MemoryCatalog {
  cut = true;

  override async openCopy(copy: CopyRecord): ReturnType<MemoryCatalog['openCopy']> {
    if (this.cut) throw new ServiceUnavailable('the line is cut');
    return super.openCopy(copy);
  }
}

describe('rebuild', () => {
  let catalogs: Readonly<Record<string, MemoryCatalog>>;
  let vault: ReturnType<typeof vaultWith>;
  beforeEach(() => {
    // One table: what is written in one region is known in the other.
    const table = new MemoryCatalog();
    catalogs = { [HOME]: table, [RECOVERY]: table };
    vault = vaultWith([1, 2], RECOVERY);
  });
  const type = (args: readonly string[]): Promise<Typed> => {
    const surroundings = shell(
      configOf(INSTALLATION),
      (region) => catalogs[region]!,
      NOW,
      {},
      async () => vault,
    );
    return typed(rebuild, ['--region', RECOVERY, ...args], surroundings);
  };
  const home = () => catalogs[HOME]!;

  it('says what is missing and writes nothing, until it is told to', async () => {
    const { code, said } = await type([]);
    expect(code).toBe(0);
    expect(said).toContain(`missing ${id(1)}: the catalog has no record and no copy here of it`);
    expect(await home().points('orders')).toEqual([]);
    expect(await home().holds('orders')).toEqual([]);
  });

  it('puts points and copies back, due for review and held, and finds the same the next time', async () => {
    await type(['--write']);
    expect((await home().points('orders')).map((point) => [point.id, point.state])).toEqual([
      [id(2), 'sealed'],
      [id(1), 'sealed'],
    ]);
    expect((await home().copy(id(1), RECOVERY))?.state).toBe('proven');
    expect((await home().due('review', HOME, NOW, 9)).map((entry) => entry.id).sort()).toEqual([
      id(1),
      id(2),
    ]);
    expect((await home().holds('orders')).map(({ name }) => name)).toEqual(['catalog-rebuilt']);
    expect((await type([])).said).toContain('the catalog says the same');
  });

  it('does not bring back what was discarded: its record stands', async () => {
    await type(['--write']);
    await home().advance(id(1), 'expiring', { discardAfter: NOW });
    await home().advanceCopy(id(1), RECOVERY, 'expiring', { discardAfter: NOW });
    await home().advanceCopy(id(1), RECOVERY, 'discarded');
    await home().advance(id(1), 'discarded');
    const { said } = await type(['--write']);
    expect(said).toContain(`different ${id(1)}: state is discarded in the catalog and sealed in the vault`);
    expect((await home().point(id(1)))?.state).toBe('discarded');
    expect((await home().copy(id(1), RECOVERY))?.state).toBe('discarded');
  });

  it('refuses while another region still has a record, before it writes any', async () => {
    await type(['--write']);
    catalogs = { [HOME]: new MemoryCatalog(), [RECOVERY]: catalogs[RECOVERY]! };
    const { code, complained } = await type(['--write']);
    expect(code).toBe(1);
    expect(complained).toContain(`CatalogNotLost: the catalog in ${HOME} has no record of ${id(1)}`);
    expect(await home().points('orders')).toEqual([]);
    expect(await home().holds('orders')).toEqual([]);
  });

  it('goes on where it was cut off between a point and its copy', async () => {
    const table = new CutOff();
    catalogs = { [HOME]: table, [RECOVERY]: table };
    expect((await type(['--write'])).complained).toContain('ServiceUnavailable');
    table.cut = false;
    expect((await home().point(id(1)))?.state).toBe('sealed');
    expect((await type(['--write'])).said).toContain(`missing ${id(1)}: the catalog has no copy here of it`);
    expect((await home().copies('orders', RECOVERY)).length).toBe(2);
  });

  it.each([
    ['an index that is no JSON', indexKey('orders', id(1)), 'ManifestAltered'],
    ['a shard that is gone', shardKey('orders', id(1), 0), 'ManifestIncomplete'],
    ['an item that is gone', itemKey('orders', id(1), 'a.txt', sha256), 'ManifestIncomplete'],
  ])('claims nothing on the word of %s', async (_what, key, error) => {
    if (key === indexKey('orders', id(1))) vault.files.set(key, Buffer.from('{'));
    else vault.files.delete(key);
    const { said } = await type(['--write']);
    expect(said).toContain(`doubtful ${id(1)}: ${error}`);
    expect((await home().points('orders')).map((point) => point.id)).toEqual([id(2)]);
  });
});
