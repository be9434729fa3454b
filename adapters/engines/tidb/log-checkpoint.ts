import { logPrefix, type Mark } from '../../../core/log/chain.ts';
import type { Cluster } from '../../../core/plan/installation.ts';
import { allOf } from '../shared/bounded.ts';
import { markOf } from './log-status.ts';
import { type TidbPorts, vaultIn } from './ports.ts';

/** Where TiKV's stores write how far all of them have come: 8 bytes each, the lowest first. */
const CHECKPOINTS = 'v1/global_checkpoint/';
const CHECKPOINT_BYTES = 8;
const READS_AT_ONCE = 16;

/**
 * Each store writes the checkpoint of all stores as it knew it then, so the newest of these files is where the log ends
 * (BR takes their maximum too). What is not 8 bytes is none.
 */
export async function checkpointOf(
  ports: Pick<TidbPorts, 'store' | 'vaults'>,
  { name }: Cluster,
  region: string,
  chain: string,
): Promise<Mark | undefined> {
  const [store, bucket] = [ports.store(region), vaultIn(ports, region)];
  const keys: string[] = [];
  for await (const { key } of store.list(bucket, logPrefix(name, chain) + CHECKPOINTS))
    if (key.endsWith('.ts')) keys.push(key);
  const files = await allOf(keys, READS_AT_ONCE, (key) => store.get(bucket, key));
  const [newest = 0n] = files
    .filter((bytes) => bytes?.byteLength === CHECKPOINT_BYTES)
    .map((bytes) => Buffer.from(bytes!).readBigUInt64LE())
    .sort((a, b) => (a > b ? -1 : 1));
  return newest > 0n ? markOf(newest) : undefined;
}
