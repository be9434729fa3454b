import { gunzipSync } from 'node:zlib';
import { CRC64_OF_NOTHING, crc64Checksum, crc64Over } from '../../../core/manifest/crc64nvme.ts';
import { indexKey, itemKey, shardKey } from '../../../core/manifest/layout.ts';
import { iso } from '../../../core/time/instant.ts';
import { vaultName } from '../../../lib/names.ts';
import type { Checker, Run } from './checker.ts';
import type { RecordWatch, Written } from './record-watch.ts';
import { sha256 } from './vault-holds-what-is-named.ts';

/** A row of a shard: the source's key, its version, its bytes, their checksum, and the point it is stored under. */
type Row = readonly [string, string, number, string, string];

/**
 * What is called proven is there at that moment, byte for byte. What rots later, or rotted before in a vault, is for
 * others to find; and what others mend later must not hide that nobody had looked.
 */
export class ProvenIsWhole implements Checker {
  readonly name = 'proven-is-whole';
  readonly violations: string[] = [];
  readonly #states = new Map<string, unknown>();
  #run: Pick<Run, 'stage' | 'faults'> | undefined;
  /** How many items were looked at: a run in which nothing was proven proves nothing. */
  looks = 0;

  constructor(records: RecordWatch) {
    records.onWritten((written) => this.#see(written));
  }

  begin(run: Pick<Run, 'stage' | 'faults'>): void {
    this.#run = run;
  }

  judge(): readonly string[] {
    return this.violations;
  }

  #see({ kind, record, item, at }: Written): void {
    if (kind !== 'copy') return;
    const from = this.#states.get(record);
    this.#states.set(record, item?.['state']);
    if (item?.['state'] !== 'proven' || from === 'proven' || from === 'expiring') return;
    const [cluster, id, region] = [String(item['cluster']), String(item['id']), String(item['region'])];
    const { files, tidb, doris, milvus } = this.#run?.stage ?? {};
    const inVault = [files, ...[tidb, doris, milvus].map((of) => of?.applications)];
    if (!inVault.some((applications) => applications?.has(cluster))) return;
    for (const what of this.#wrong(cluster, id, region))
      this.violations.push(`${id} became proven in ${region} at ${iso(at)}, and ${what}`);
  }

  #wrong(cluster: string, id: string, region: string): string[] {
    const { stage, faults } = this.#run!;
    const { s3, account } = stage.cloud;
    const bucket = vaultName(account, region);
    const rotted = new Set(faults.rotted.flatMap((one) => (one.region === region ? [one.key] : [])));
    const there = new Map(s3.current(bucket, `${cluster}/`));
    const index = there.get(indexKey(cluster, id));
    if (!index) return ['its manifest has no index there'];
    if (rotted.has(indexKey(cluster, id))) return [];
    const { shards } = JSON.parse(index.body.toString('utf8')) as { shards: readonly { shard: number }[] };
    return shards.flatMap(({ shard }) => {
      const key = shardKey(cluster, id, shard);
      const body = there.get(key)?.body;
      if (rotted.has(key)) return [];
      if (!body) return [`shard ${shard} of its manifest is not there`];
      return rowsOf(body).flatMap(([sourceKey, , , checksum, since]) => {
        const place = itemKey(cluster, since, sourceKey, sha256);
        const stored = there.get(place)?.body;
        this.looks++;
        if (rotted.has(place)) return [];
        if (!stored) return [`${place} is not there`];
        const found = crc64Checksum(crc64Over(CRC64_OF_NOTHING, stored));
        return found === checksum ? [] : [`${place} has ${found} and is named with ${checksum}`];
      });
    });
  }
}

/** Of a cluster without any object the only shard is empty. */
const rowsOf = (body: Uint8Array): readonly Row[] =>
  gunzipSync(body)
    .toString('utf8')
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => JSON.parse(row) as Row);
