import { partsOf } from '../core/ids/names.ts';
import { indexKey } from '../core/manifest/layout.ts';
import type { TidbCluster as Configured } from '../core/plan/installation.ts';
import type { EmbeddedCloud } from '../embedded/cloud.ts';
import { contentsOn, TikvDisks, type WriteBlock } from '../embedded/tidb/tikv-disks.ts';
import { vaultName } from '../lib/names.ts';

const BOOT = '/dev/xvda';
const DATA = ['/dev/sdf', '/dev/sdg'];

/** The hosts of TiKV of a stage: instances with volumes that hold what their cluster wrote. */
export class TidbVolumes {
  /** By the name of the protected cluster. */
  readonly disks = new Map<string, TikvDisks>();
  readonly #cloud: EmbeddedCloud;

  constructor(cloud: EmbeddedCloud) {
    this.#cloud = cloud;
  }

  place(
    name: string,
    region: string,
    { instances: { key, value } }: NonNullable<Configured['volumes']>,
    isStill: () => boolean,
  ): TikvDisks {
    const { ec2, world } = this.#cloud;
    const writes = ['a', 'b', 'c'].flatMap((zone) => {
      const instanceId = ec2.seedInstance({
        region,
        zone: `${region}${zone}`,
        tags: { [key]: value, Name: `${name}-tikv-${zone}` },
        launchedAt: world.now(),
        volumes: [{ device: BOOT }, ...DATA.map((device) => ({ device, sizeGib: 50 }))],
      });
      return DATA.map((device): WriteBlock => {
        const volume = ec2.devicesOf(instanceId, region).get(device)!;
        return (block, bytes) => ec2.write(volume, region, block, bytes, world.now());
      });
    });
    const disks = new TikvDisks(world, name, writes, isStill);
    this.disks.set(name, disks);
    return disks;
  }

  /**
   * What a cluster holds that was started on the volumes of a restore, once BR's data phase has deleted what is newer than
   * the timestamp in `backupmeta`, which the manifest carries in the region of the restore.
   */
  restored(region: string, restoreId: string) {
    const volumes = this.#cloud.ec2
      .volumesIn(region, this.#cloud.world.now())
      .filter(({ tags }) => tags.get('holdfast:restore') === restoreId);
    const point = volumes[0]?.tags.get('holdfast:restored-from') ?? '';
    const resolved = this.resolvedOf(region, point);
    const contents = contentsOn(
      volumes.map(({ blocks }) => blocks),
      resolved,
    );
    return { resolved, tablesNow: () => contents.tablesByName(), rowsNow: () => contents.rows() };
  }

  /** As BR reads it: out of `backupmeta`, with all its digits. */
  resolvedOf(region: string, point: string): bigint {
    const { s3, account } = this.#cloud;
    const cluster = partsOf(point)?.cluster ?? '';
    const [found] = s3.current(vaultName(account, region), indexKey(cluster, point));
    const index = JSON.parse(found?.[1].body.toString('utf8') ?? '{}') as {
      readonly configuration?: { readonly own?: { readonly facts: { readonly backupmeta: string } } };
    };
    const meta = index.configuration?.own?.facts.backupmeta ?? '';
    const [, resolved] = /"resolved_ts":(\d+)/.exec(meta) ?? [];
    if (resolved === undefined) throw new Error(`${point} has no backupmeta in the vault of ${region}`);
    return BigInt(resolved);
  }
}
