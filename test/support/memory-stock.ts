import type { RecoveryPointId } from '../../core/ids/names.ts';
import type { Remover, Stock, StoredSnapshot } from '../../core/ports/stock.ts';
import type { Instant } from '../../core/time/instant.ts';

/** Vaults and snapshots of all regions in memory: what lies there, and what each manifest names. */
export class MemoryStock implements Stock {
  /** `<region>/<key>` → when it was written. */
  readonly files = new Map<string, Instant>();
  /** Keys that a recovery point's manifest names. */
  readonly named = new Map<RecoveryPointId, readonly string[]>();
  readonly shelves = new Map<string, readonly StoredSnapshot[]>();
  /** Snapshots that do not go yet. */
  readonly stuck = new Set<string>();
  /** Entries of a page. S3 has a thousand. */
  page = 1_000;

  put(region: string, at: Instant, ...keys: readonly string[]): void {
    for (const key of keys) this.files.set(`${region}/${key}`, at);
  }

  keys(region: string): readonly string[] {
    return [...this.files.keys()]
      .filter((path) => path.startsWith(`${region}/`))
      .map((path) => path.slice(region.length + 1))
      .sort();
  }

  async folders(region: string, prefix: string): Promise<readonly string[]> {
    const below = this.keys(region).filter(
      (key) => key.startsWith(prefix) && key.slice(prefix.length).includes('/'),
    );
    return [...new Set(below.map((key) => key.slice(prefix.length).split('/')[0]!))];
  }

  async objects(region: string, prefix: string, after = ''): ReturnType<Stock['objects']> {
    const rest = this.keys(region).filter((key) => key.startsWith(prefix) && key > after);
    const objects = rest
      .slice(0, this.page)
      .map((key) => ({ key, modifiedAt: this.files.get(`${region}/${key}`)! }));
    const next = rest.length > this.page ? objects.at(-1)!.key : undefined;
    return { objects, ...(next !== undefined && { next }) };
  }

  async has(region: string, key: string): Promise<boolean> {
    return this.files.has(`${region}/${key}`);
  }

  async unnamed(
    _region: string,
    _cluster: string,
    keys: ReadonlySet<string>,
    keepers: readonly RecoveryPointId[],
  ): Promise<ReadonlySet<string>> {
    const named = new Set(keepers.flatMap((keeper) => this.named.get(keeper) ?? []));
    return new Set([...keys].filter((key) => !named.has(key)));
  }

  async snapshots(region: string): Promise<readonly StoredSnapshot[]> {
    return this.shelves.get(region) ?? [];
  }

  async snapshot(region: string, name: string): Promise<StoredSnapshot | undefined> {
    return (await this.snapshots(region)).find((snapshot) => snapshot.name === name);
  }

  remover(region: string): Remover {
    return {
      hide: async (keys) => {
        for (const key of keys) this.files.delete(`${region}/${key}`);
      },
      removeSnapshot: async (name) => {
        if (this.stuck.has(name)) return 'pending';
        const left = (await this.snapshots(region)).filter((snapshot) => snapshot.name !== name);
        this.shelves.set(region, left);
        return 'removed';
      },
    };
  }
}
