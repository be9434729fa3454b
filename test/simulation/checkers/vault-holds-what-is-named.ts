import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { Stage } from '../../../cli/stage.ts';
import { IN_FLIGHT } from '../../../core/catalog/life-cycle.ts';
import type { CopyRecord } from '../../../core/catalog/recovery-point.ts';
import { snapshotName } from '../../../core/ids/names.ts';
import {
  dataPrefix,
  indexKey,
  itemKey,
  manifestPrefix,
  pointPrefix,
  recoverKey,
  shardKey,
} from '../../../core/manifest/layout.ts';
import { type Duration, days, earlier } from '../../../core/time/instant.ts';
import { vaultName } from '../../../lib/names.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { volumeSetsAre } from './volume-sets.ts';

/** Hidden versions stay 7 days, and S3 looks once a day (at midnight UTC). */
const HIDDEN_AT_MOST: Duration = days(9);
/** Scratch is hidden after 7 days and then stays as long as everything hidden. */
const SCRATCH_AT_MOST: Duration = days(17);

/** Whose bytes have to be there: a point in the bin is whole until its discard, which nothing here interrupts. */
const WHOLE = new Set<CopyRecord['state']>(['proven', 'expiring']);
/** Whose bytes may be there in part: under way, or set aside. */
const IN_PART = new Set<CopyRecord['state']>(['copying', 'copied', 'failed', 'quarantined']);

/**
 * The vault of a region holds exactly what the manifests of its kept points name: nothing less, or a restore would
 * fail, and nothing more, or bytes would be paid for and lie about for ever. What was hidden is really gone in time.
 */
export function vaultHoldsWhatIsNamed(stage: Stage, region: string): string[] {
  const { copies, points } = catalogOf(stage, region);
  const here = copies.filter((copy) => copy.region === region);
  const vault = new VaultView(stage, vaultName(stage.cloud.account, region));
  const named = new Set<string>();
  const violations: string[] = [];
  for (const copy of here) {
    if (!WHOLE.has(copy.state) || copy.provenAt === undefined) continue;
    for (const key of namedBy(vault, copy, violations)) named.add(key);
  }
  const unproven = here.filter(
    ({ state, provenAt }) => IN_PART.has(state) || (WHOLE.has(state) && provenAt === undefined),
  );
  // What a copy that failed has named goes when it goes; nothing restores from it, so none of it has to be there.
  for (const copy of unproven)
    for (const key of namedBy(vault, copy, [])) if (vault.current.has(key)) named.add(key);
  const inPart = [
    ...unproven,
    ...points.filter(
      (point) => point.region === region && (IN_FLIGHT.has(point.state) || point.state === 'quarantined'),
    ),
  ].map(({ cluster, id }) => pointPrefix(cluster, id));
  for (const key of named)
    if (!vault.current.has(key)) violations.push(`needed in ${region} and not there: ${key}`);
  for (const key of vault.current)
    if (
      !named.has(key) &&
      !key.startsWith('work/') &&
      !isOfReceipts(key) &&
      !isOfLog(key) &&
      !inPart.some((prefix) => key.startsWith(prefix))
    )
      violations.push(`in ${region} and named by nothing: ${key}`);
  violations.push(...vault.overstayed(named, inPart).map((what) => `in ${region}, ${what}`));
  violations.push(...snapshotsOf(stage, region, here, inPart), ...volumeSetsAre(stage, region));
  return violations;
}

/** Logs are judged by `logs-are-kept`. */
const isOfLog = (key: string): boolean => /^[^/]+\/log\//.test(key);

/** Receipts are judged by `receipts-follow`. */
const isOfReceipts = (key: string): boolean => key.startsWith('receipts/');

class VaultView {
  readonly current = new Set<string>();
  readonly #stage: Stage;
  readonly #bucket: string;
  readonly #bodies = new Map<string, Buffer>();

  constructor(stage: Stage, bucket: string) {
    this.#stage = stage;
    this.#bucket = bucket;
    for (const [key, version] of stage.cloud.s3.current(bucket)) {
      this.current.add(key);
      if (!key.includes('/manifest/')) continue;
      this.#bodies.set(key, version.body);
    }
  }

  read(key: string): Buffer | undefined {
    return this.#bodies.get(key);
  }

  /** Versions that are still there although they were hidden long ago, and scratch that nobody swept. */
  overstayed(named: ReadonlySet<string>, inPart: readonly string[]): string[] {
    const now = this.#stage.now;
    const found: string[] = [];
    for (const [key, versions] of this.#stage.cloud.s3.versions(this.#bucket)) {
      if (
        named.has(key) ||
        isOfLog(key) ||
        isOfReceipts(key) ||
        inPart.some((prefix) => key.startsWith(prefix))
      )
        continue;
      const newest = versions.at(-1)!;
      const scratch = key.startsWith('work/');
      const limit = earlier(now, scratch ? SCRATCH_AT_MOST : HIDDEN_AT_MOST);
      const since = scratch ? versions[0]!.createdAt : newest.createdAt;
      if (since < limit)
        found.push(`discarded ${Math.round((now - since) / 86_400_000)} d ago and still stored: ${key}`);
    }
    return found;
  }
}

/** Engines whose manifests name files of the vault. */
const LIES_IN_VAULT: ReadonlySet<string> = new Set(['objects', 'tidb', 'doris', 'milvus']);
const ATTEMPT_OF_DORIS = /\/data\/[^/]+\/__ss_[^/]+\//;
const SCRATCH_OF_BR = /\/data\/(backup\.lock$|checkpoints\/)/;

interface Index {
  readonly shards: readonly { readonly shard: number }[];
  readonly recoveryPoint: { readonly engine: string };
}

/** Read without the product's own readers: what a person with nothing but the AWS CLI would find. */
function namedBy(vault: VaultView, { cluster, id }: CopyRecord, violations: string[]): string[] {
  const index = vault.read(indexKey(cluster, id));
  if (!index) violations.push(`${id} is kept and has no ${indexKey(cluster, id)}`);
  const { shards, recoveryPoint } = index
    ? (JSON.parse(index.toString('utf8')) as Index)
    : { shards: [{ shard: 0 }], recoveryPoint: { engine: 'objects' } };
  const keys = [indexKey(cluster, id), recoverKey(cluster, id)];
  for (const { shard } of shards) {
    const key = shardKey(cluster, id, shard);
    keys.push(key);
    const body = vault.read(key);
    if (!body || !LIES_IN_VAULT.has(recoveryPoint.engine)) continue;
    for (const row of gunzipSync(body).toString('utf8').split('\n')) {
      const [sourceKey, , , , since] = JSON.parse(row) as [string, string, number, string, string];
      keys.push(itemKey(cluster, since, sourceKey, sha256));
    }
  }
  // Beside its one line, a database's manifest keeps the settings that were read before the snapshot was begun.
  if (recoveryPoint.engine !== 'objects')
    for (const key of vault.current) if (key.startsWith(manifestPrefix(cluster, id))) keys.push(key);
  // What failed attempts of Doris left under labels of their own goes with the point.
  const attempts = new Set(keys.flatMap((key) => ATTEMPT_OF_DORIS.exec(key)?.[0] ?? []));
  if (recoveryPoint.engine === 'doris')
    for (const key of vault.current) {
      const attempt = key.startsWith(dataPrefix(cluster, id)) && ATTEMPT_OF_DORIS.exec(key)?.[0];
      if (attempt && !attempts.has(attempt)) keys.push(key);
    }
  // What BR left of its own work goes with the point.
  for (const key of vault.current)
    if (key.startsWith(dataPrefix(cluster, id)) && SCRATCH_OF_BR.test(key)) keys.push(key);
  return keys;
}

export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

function snapshotsOf(
  stage: Stage,
  region: string,
  copies: readonly CopyRecord[],
  inPart: readonly string[],
): string[] {
  const databases = new Set(stage.orders.keys());
  const configured = stage.installation.clusters.map(({ name }) => name);
  const { DBClusterSnapshots } = stage.cloud.rds.call(
    'DescribeDBClusterSnapshots',
    {},
    { account: stage.cloud.account, region, principal: 'root', now: stage.now },
  ) as { readonly DBClusterSnapshots: readonly { DBClusterSnapshotIdentifier: string; Status: string }[] };
  const there = new Map(DBClusterSnapshots.map((s) => [s.DBClusterSnapshotIdentifier, s.Status]));
  const kept = copies.filter(
    ({ cluster, state, provenAt }) => databases.has(cluster) && WHOLE.has(state) && provenAt !== undefined,
  );
  const names = new Set(kept.map(({ id }) => snapshotName(id)));
  return [
    ...[...names]
      .filter((name) => there.get(name) !== 'available')
      .map((name) => `needed in ${region}: snapshot ${name}, which is ${there.get(name) ?? 'not there'}`),
    ...[...there.keys()]
      .filter((name) => !names.has(name) && !inPart.some((prefix) => prefix.endsWith(`/${name.slice(9)}/`)))
      .filter((name) => there.get(name) !== 'deleting')
      // Of a cluster that left the configuration nothing is removed, and nobody has the right to any more.
      .filter((name) => configured.some((cluster) => name.startsWith(`holdfast-${cluster}-`)))
      .map((name) => `in ${region} and named by nothing: snapshot ${name}`),
  ];
}
