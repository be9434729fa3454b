import type { EbsCluster } from '../core/plan/installation.ts';
import { instant, parseInstant } from '../core/time/instant.ts';
import type { Comparison } from '../embedded/applications/compare.ts';
import { type Disk, DisksApplication } from '../embedded/applications/disks.ts';
import type { EmbeddedCloud } from '../embedded/cloud.ts';

const BOOT = '/dev/xvda';
const DATA = ['/dev/sdf', '/dev/sdg'];

/** The self-run clusters on EBS of a stage, each with an application whose rows lie on the volumes of three instances. */
export class EbsClusters {
  /** By the name of the protected cluster. */
  readonly applications = new Map<string, DisksApplication>();
  readonly #cloud: EmbeddedCloud;

  constructor(cloud: EmbeddedCloud) {
    this.#cloud = cloud;
  }

  place({ name, instances: { key, value } }: EbsCluster, region: string, kmsKeyId: string): void {
    const { ec2, world } = this.#cloud;
    const ids = ['a', 'b', 'c'].map((zone) =>
      ec2.seedInstance({
        region,
        zone: `${region}${zone}`,
        tags: { [key]: value, Name: `${name}-${zone}` },
        launchedAt: world.now(),
        volumes: [{ device: BOOT }, ...DATA.map((device) => ({ device, sizeGib: 20, kmsKeyId }))],
      }),
    );
    const disks = ids.flatMap((instanceId) =>
      DATA.map((device): Disk => {
        const volume = ec2.devicesOf(instanceId, region).get(device)!;
        return { instanceId, write: (block, bytes, at) => ec2.write(volume, region, block, bytes, at) };
      }),
    );
    this.applications.set(name, new DisksApplication(world, disks));
  }

  /** What a restore made, compared with the truth: volumes say by their tags what they are of. */
  compareRestored(name: string, region: string, restoreId: string): Comparison {
    const made = this.#cloud.ec2
      .volumesIn(region, this.#cloud.world.now())
      .filter(({ tags }) => tags.get('holdfast:restore') === restoreId)
      .map(({ tags, blocks }) => ({
        instanceId: tags.get('holdfast:instance') ?? '',
        takenAt: parseInstant(tags.get('holdfast:taken-at') ?? '') ?? instant(0),
        blocks,
      }));
    return this.applications.get(name)!.compareWith(made);
  }
}
