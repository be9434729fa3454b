import type { CaptureSpec, EngineDriver, Step } from '../../../core/engines/driver.ts';
import { InvalidConfiguration } from '../../../core/errors/registry.ts';
import { ebsDriver } from '../ebs/driver.ts';
import { stepOf } from '../objects/ports.ts';
import { tidbCluster } from './ports.ts';
import { abandonVolumes, beginVolumes, pollVolumes, type VolumePorts } from './volumes.ts';
import { isVolumes, otherKind, preflightVolumes } from './volumes-restore.ts';

/**
 * A TiDB driver for both kinds of recovery points: files that TiKV writes, and volumes. Each point goes the way that its own
 * record names. What happens to volumes once their snapshots are begun is EBS's, as for any other cluster.
 */
export function withVolumes(files: EngineDriver, ports: VolumePorts): EngineDriver {
  const volumes = ebsDriver(ports);
  const ofPoint = <Spec extends { readonly point: { readonly engine: string } }>({
    point,
  }: Spec): EngineDriver => (isVolumes(point) ? volumes : files);
  return {
    ...files,
    begin: (spec) =>
      isVolumes(spec.point)
        ? stepOf(() => capture(spec, () => beginVolumes(ports, spec)))
        : files.begin(spec),
    poll: (spec, cursor) =>
      isVolumes(spec.point)
        ? stepOf(() => capture(spec, () => pollVolumes(ports, spec, cursor)))
        : files.poll(spec, cursor),
    verify: (spec, cursor) => ofPoint(spec).verify(spec, cursor),
    abandon: (spec) => (isVolumes(spec.point) ? abandonVolumes(ports, spec) : files.abandon(spec)),

    beginCopy: (spec) => ofPoint(spec).beginCopy(spec),
    pollCopy: (spec, cursor) => ofPoint(spec).pollCopy(spec, cursor),
    prove: (spec, cursor) => ofPoint(spec).prove(spec, cursor),

    preflight: async (spec) => {
      if (isVolumes(spec.point)) return preflightVolumes(ports, spec);
      const other = otherKind(spec);
      return other.length > 0 ? other : files.preflight(spec);
    },
    beginRestore: (spec) => ofPoint(spec).beginRestore(spec),
    pollRestore: (spec, cursor) => ofPoint(spec).pollRestore(spec, cursor),
    // Drills are of volumes alone: see the driver of files.
    tearDown: (spec) => (tidbCluster(spec.cluster).volumes ? volumes : files).tearDown(spec),
    validate: (spec, cursor) => ofPoint(spec).validate(spec, cursor),

    // No set of volumes continues a snapshot of files.
    discard: (spec) =>
      ofPoint(spec).discard({ ...spec, neighbours: spec.neighbours.filter((point) => !isVolumes(point)) }),
  };
}

async function capture({ cluster, point }: CaptureSpec, go: () => Promise<Step>): Promise<Step> {
  if (tidbCluster(cluster).volumes) return go();
  throw new InvalidConfiguration(
    `${point.id} was begun as snapshots of volumes, and ${cluster.name} has no volumes in its configuration any more; take another recovery point`,
  );
}
