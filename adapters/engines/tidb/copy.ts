import type { CopySpec, Cursor, DiscardSpec, Step, Verdict } from '../../../core/engines/driver.ts';
import { invariant } from '../../../core/errors/assert.ts';
import { CopyFailed, ManifestIncomplete } from '../../../core/errors/registry.ts';
import type { RecoveryPointId } from '../../../core/ids/names.ts';
import * as objects from '../objects/copy.ts';
import { placeOf } from '../objects/ports.ts';
import { discardFiles } from '../shared/hide-files.ts';
import { readIndex } from '../shared/manifest-io.ts';
import { snapshotIn } from './lineage.ts';
import { MARKER, type TidbPorts } from './ports.ts';

/** The snapshot that it continues comes by an execution of its own. */
const WAIT_SECONDS = 300;

/** Files are copied as objects are. An incremental snapshot waits for the one that it continues: alone it restores nothing. */
export async function beginCopy(ports: TidbPorts, spec: CopySpec): Promise<Step> {
  const missing = await missingBase(ports, spec);
  if (missing === undefined) return objects.beginCopy(ports, spec);
  return {
    outcome: 'waiting',
    pollAfterSeconds: WAIT_SECONDS,
    doing: `waiting until ${missing}, which ${spec.point.id} continues, is in ${spec.region}`,
    cursor: { waitsFor: missing },
  };
}

export const pollCopy = (ports: TidbPorts, spec: CopySpec, cursor: Cursor): Promise<Step> =>
  cursor['waitsFor'] === undefined ? objects.pollCopy(ports, spec, cursor) : beginCopy(ports, spec);

export async function proveCopy(ports: TidbPorts, spec: CopySpec): Promise<Verdict> {
  const missing = await missingBase(ports, spec);
  if (missing !== undefined)
    throw new CopyFailed(
      `${spec.point.id} continues ${missing}, which is no longer in ${spec.region}: it would restore nothing there; copy ${missing} first`,
      { recoveryPoint: spec.point.id, region: spec.region },
    );
  return objects.prove(ports, spec);
}

/** The snapshot that this one continues, unless the target region has it. An index is what a copy ends with. */
async function missingBase(
  ports: TidbPorts,
  { cluster, point, region }: CopySpec,
): Promise<RecoveryPointId | undefined> {
  const here = placeOf(ports, point.region, cluster.name, point.id);
  const { base } = await snapshotIn(here, point.content?.root);
  if (base === undefined) return undefined;
  try {
    await readIndex(placeOf(ports, region, cluster.name, base));
    return undefined;
  } catch (error) {
    if (error instanceof ManifestIncomplete) return base;
    throw error;
  }
}

/** Files are discarded as objects are. Who decides what expires keeps whole lineages; this does not take its word for it. */
export async function discardPoint(ports: TidbPorts, spec: DiscardSpec): Promise<{ removedItems: number }> {
  for (const { id, content } of spec.neighbours) {
    const { base } = await snapshotIn(placeOf(ports, spec.region, spec.cluster, id), content?.root);
    invariant(base !== spec.point.id, 'a snapshot is discarded after those that continue it', {
      recoveryPoint: spec.point.id,
      continuedBy: id,
    });
  }
  return discardFiles(ports, spec, [MARKER]);
}
