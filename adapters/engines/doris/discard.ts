import type { CaptureSpec, DiscardSpec } from '../../../core/engines/driver.ts';
import { EngineBusy } from '../../../core/errors/registry.ts';
import { placeOf } from '../objects/ports.ts';
import { abandonFiles, discardFiles } from '../shared/hide-files.ts';
import { cancelBackups } from './capture.ts';
import { type DorisPorts, dorisCluster, repositoryOf, sourcePlace, turnIn } from './ports.ts';
import { detach } from './repository.ts';
import { markersIn } from './snapshots.ts';

/** Ends what still runs for this point, takes its repository out of the frontend, and hides what was written. */
export async function abandonCapture(ports: DorisPorts, spec: CaptureSpec): Promise<void> {
  const { cluster, point } = spec;
  await cancelBackups(ports, spec);
  const at = sourcePlace(ports, cluster);
  for (const database of Object.keys(dorisCluster(cluster).databases))
    await spec.turns?.leave(turnIn(at, database));
  if (!(await detach(ports, at, point)))
    throw new EngineBusy(
      `a job of ${cluster.name} that was cancelled still uses ${repositoryOf(point.id)}; the machine asks again`,
    );
  const place = placeOf(ports, ports.home, cluster.name, point.id);
  await abandonFiles(ports, spec, await markersIn(place));
}

/** No statement removes a snapshot from a repository: its files go, those first that say that it is whole. */
export async function discardPoint(ports: DorisPorts, spec: DiscardSpec): Promise<{ removedItems: number }> {
  const place = placeOf(ports, spec.region, spec.cluster, spec.point.id);
  return discardFiles(ports, spec, await markersIn(place));
}
