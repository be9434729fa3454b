import { type Reason, ServiceUnavailable } from '../../core/errors/registry.ts';
import type { RecoveryPointId } from '../../core/ids/names.ts';
import type { ManifestIndex } from '../../core/manifest/index-file.ts';
import { indexKey, itemKey, shardKey } from '../../core/manifest/layout.ts';
import type { ManifestLine } from '../../core/manifest/line.ts';
import type { FileRead, Shelf, Twins } from '../../core/ports/shelf.ts';

const noSha = (): string => {
  throw new Error('these keys are short');
};

/** Vaults of all regions in memory: which objects are there, which of them have rotted, and what manifests name. */
export class MemoryShelf {
  /** Recovery point → what it names. One shard each. */
  readonly points = new Map<RecoveryPointId, readonly ManifestLine[]>();
  /** `<region> <key>` of what rotted, or is gone. */
  readonly rotten = new Set<string>();
  readonly gone = new Set<string>();
  /** Regions that cannot be reached. */
  readonly dark = new Set<string>();
  engine: 'objects' | 'aurora' = 'objects';
  /** Told before an object is read. */
  onRead: ((key: string) => void) | undefined;

  readonly #cluster: string;

  constructor(cluster: string) {
    this.#cluster = cluster;
  }

  key(line: Pick<ManifestLine, 'key' | 'since'>): string {
    return itemKey(this.#cluster, line.since, line.key, noSha);
  }

  at(region: string): Shelf {
    const cluster = this.#cluster;
    const file = (key: string): FileRead => {
      this.onRead?.(key);
      const wrong = this.#wrong(region, key);
      return { key, bytes: 1, ...(wrong && { wrong }) };
    };
    return {
      clusters: async () => [cluster],
      index: async (_cluster, id) => {
        const read = file(indexKey(cluster, id));
        return read.wrong ? read : { ...read, index: this.#index(id) };
      },
      shard: async (_cluster, id, { shard }) => file(shardKey(cluster, id, shard)),
      items: (point, previous) => this.#items(point, previous),
      names: async (point, { key, since }) =>
        this.#lines(point).some((line) => line.key === key && line.since === since),
      read: async (key, from, most) => {
        this.onRead?.(key);
        if (this.gone.has(`${region} ${key}`)) return { outcome: 'missing' };
        const line = [...this.points.values()].flat().find((each) => this.key(each) === key)!;
        const offset = Math.min(line.bytes, (from?.offset ?? 0) + most);
        if (offset < line.bytes) return { outcome: 'more', reading: { offset, crc: '', etag: 'e' } };
        const checksum = this.rotten.has(`${region} ${key}`) ? 'crc64nvme:rot' : line.checksum;
        return { outcome: 'read', checksum, bytes: line.bytes };
      },
    };
  }

  /** Copies what is sound elsewhere over what is rotten in a region. */
  twins(region: string, regions: readonly string[]): Twins {
    return {
      regions: regions.filter((name) => name !== region),
      copy: async ({ key }, from) => {
        if (this.dark.has(from)) throw new ServiceUnavailable(`${from} is dark`);
        const wrong = this.#wrong(from, key);
        if (wrong) return wrong.reason;
        this.rotten.delete(`${region} ${key}`);
        this.gone.delete(`${region} ${key}`);
        return undefined;
      },
    };
  }

  #wrong(region: string, key: string): { missing: boolean; reason: Reason } | undefined {
    const reason = (name: string): Reason => ({ name, message: `${key} in ${region}` });
    if (this.gone.has(`${region} ${key}`)) return { missing: true, reason: reason('ResourceMissing') };
    if (this.rotten.has(`${region} ${key}`)) return { missing: false, reason: reason('ChecksumMismatch') };
    return undefined;
  }

  #index(id: RecoveryPointId): ManifestIndex {
    const recoveryPoint = { id, cluster: this.#cluster, engine: this.engine };
    const shards = [{ shard: 0, items: 1, bytes: 1, root: `root of ${id}`, digest: `digest of ${id}` }];
    return { recoveryPoint, shards } as unknown as ManifestIndex;
  }

  #lines({ recoveryPoint: { id } }: ManifestIndex): readonly ManifestLine[] {
    return this.points.get(id) ?? [];
  }

  async *#items(point: ManifestIndex, previous: ManifestIndex | undefined): ReturnType<Shelf['items']> {
    const known = new Set(previous && this.#lines(previous).map((line) => this.key(line)));
    for (const line of this.#lines(point))
      if (!known.has(this.key(line))) yield { line, shard: 0, key: this.key(line) };
  }
}
