import { compareKeys } from '../../../../../core/manifest/line.ts';
import type { Listed, ObjectStore } from '../../../../../core/ports/object-store.ts';

/** A region's buckets in memory, as far as the RDS driver uses them: manifests in, out and hidden. */
export class VaultInMemory implements ObjectStore {
  readonly region: string;
  readonly objects = new Map<string, Uint8Array>();

  constructor(region: string) {
    this.region = region;
  }

  async put(bucket: string, key: string, body: Uint8Array): Promise<void> {
    this.objects.set(`${bucket}/${key}`, body);
  }

  async get(bucket: string, key: string): Promise<Uint8Array | undefined> {
    return this.objects.get(`${bucket}/${key}`);
  }

  async *list(bucket: string, prefix: string): AsyncIterable<Listed> {
    const start = `${bucket}/`;
    const keys = [...this.objects.keys()].map((key) => key.slice(start.length));
    for (const key of keys.filter((one) => one.startsWith(prefix)).sort(compareKeys))
      yield { key, bytes: this.objects.get(start + key)?.length ?? 0, etag: '' };
  }

  async hide(bucket: string, keys: readonly string[]): Promise<void> {
    for (const key of keys) this.objects.delete(`${bucket}/${key}`);
  }

  erase(): never {
    throw new Error('the rds driver erases nothing');
  }
  mark(): never {
    throw new Error('the rds driver marks nothing');
  }
  versions(): never {
    throw new Error('the rds driver lists no versions');
  }
  copy(): never {
    throw new Error('the rds driver copies no objects');
  }
  checksum(): never {
    throw new Error('the rds driver asks for no checksums');
  }
  async keepsVersions(): Promise<boolean> {
    return true;
  }
}
