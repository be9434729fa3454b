import type { CaptureSpec, DiscardSpec } from '../../../core/engines/driver.ts';
import { dataPrefix } from '../../../core/manifest/layout.ts';
import { abandon, hideAll } from '../objects/capture.ts';
import { discard } from '../objects/discard.ts';
import { type ObjectsPorts, placeOf } from '../objects/ports.ts';
import type { ManifestPlace } from './manifest-io.ts';

/**
 * What an engine stored leaves by these ways: whatever tells the engine that it is complete goes first, so that nothing
 * half removed looks whole to it. `markers`: names below `data/`. Each succeeds when nothing is there.
 */
export async function emptyData(place: ManifestPlace, markers: readonly string[]): Promise<void> {
  const data = dataPrefix(place.cluster, place.id);
  await hideMarkers(place, markers);
  await hideAll(place, data);
}

/** All that an unfinished capture left. */
export async function abandonFiles(
  ports: ObjectsPorts,
  spec: CaptureSpec,
  markers: readonly string[],
): Promise<void> {
  await hideMarkers(placeOf(ports, ports.home, spec.cluster.name, spec.point.id), markers);
  await abandon(ports, spec);
}

/** A recovery point in one region: its index, the markers, then everything else, whether its manifest names it or not. */
export async function discardFiles(
  ports: ObjectsPorts,
  spec: DiscardSpec,
  markers: readonly string[],
): Promise<{ removedItems: number }> {
  const place = placeOf(ports, spec.region, spec.cluster, spec.point.id);
  const data = dataPrefix(place.cluster, place.id);
  const removed = await discard(
    ports,
    spec,
    markers.map((name) => data + name),
  );
  // A tool's lock, and what a failed attempt had written: no manifest names these, and no other point lies here.
  await hideAll(place, data);
  return removed;
}

async function hideMarkers(
  { store, bucket, cluster, id }: ManifestPlace,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  await store.hide(
    bucket,
    names.map((name) => dataPrefix(cluster, id) + name),
  );
}
