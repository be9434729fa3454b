import type { RestoreSpec, Verdict } from '../../../core/engines/driver.ts';
import { RestoreFailed } from '../../../core/errors/registry.ts';
import type { ManifestIndex } from '../../../core/manifest/index-file.ts';
import { type ManifestPlace, readIndex, readShard, readShards } from '../shared/manifest-io.ts';
import { ownPrefix } from './difference.ts';
import { type Landing, landingOf, restoredFrom } from './landing.ts';
import type { ObjectsPorts } from './ports.ts';
import { type Discrepancy, type Expected, firstDiscrepancy, type Segment, segmentsOf } from './segments.ts';

/**
 * Lists the target beside the manifest: the same keys and sizes, no more and no fewer. That each object has the bytes
 * of its line was compared when it was copied.
 */
export async function validate(ports: ObjectsPorts, spec: RestoreSpec): Promise<Verdict> {
  const place = restoredFrom(ports, spec);
  const landing = landingOf(ports, spec);
  const index = await readIndex(place, spec.point.content?.root);
  const found = await Promise.all(
    segmentsOf(index.shards.length).map((segment) =>
      compareSegment(place, landing, index, segment, ownPrefix(spec, landing)),
    ),
  );
  const first = found.find((discrepancy) => discrepancy !== undefined);
  if (first) throw restoreFailed(landing, first);
  return { sound: true, index };
}

async function compareSegment(
  place: ManifestPlace,
  { store, bucket, prefix }: Landing,
  index: ManifestIndex,
  segment: Segment,
  own: string,
): Promise<Discrepancy | undefined> {
  const before = segment.from > 0 ? await readShard(place, segment.from - 1) : [];
  const last = before.at(-1)?.key;
  async function* expected(): AsyncGenerator<Expected> {
    for await (const { lines } of readShards(place, index.shards.slice(0, segment.to), segment.from))
      for (const { key, bytes } of lines) yield { key: prefix + key, bytes };
  }
  return firstDiscrepancy(
    () => store.list(bucket, own, last === undefined ? undefined : prefix + last),
    expected(),
    // What lies between two segments belongs to the later one, whose listing starts where this one's shards end.
    segment.last ? 'refused-to-the-end' : 'refused',
  );
}

function restoreFailed({ bucket, prefix }: Landing, found: Discrepancy): RestoreFailed {
  const where = `s3://${bucket}/${found.key}`;
  const what = {
    missing: () => `${where} is missing from what was restored`,
    extra: () => `${where} is below the target prefix and the recovery point does not name it`,
    size: () =>
      found.kind === 'size'
        ? `${where} has ${found.listed} bytes and the manifest says ${found.expected}`
        : where,
  }[found.kind]();
  return new RestoreFailed(`${what}; do not use ${bucket}/${prefix}, and restore to another prefix`, {
    bucket,
    key: found.key,
  });
}
