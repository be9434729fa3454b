import { ChecksumMismatch, type Reason, reasonOf, SourceVersionGone } from '../../../core/errors/registry.ts';
import type { Bytes } from '../../../core/ports/bytes.ts';
import type { ObjectStore } from '../../../core/ports/object-store.ts';
import type { Twins } from '../../../core/ports/shelf.ts';
import { missingReason, type Rot } from '../../../core/verify/rot.ts';
import { shelf } from './shelf.ts';

export interface TwinsPorts {
  /** Where the twins are copied to. */
  readonly region: string;
  /** Region → vault bucket. */
  readonly vaults: Readonly<Record<string, string>>;
  readonly store: ObjectStore;
  readonly bytes: (region: string) => Bytes;
}

/**
 * Files of manifests are read where they are taken from, because they are small and prove themselves. An item's bytes
 * stay on the side of S3: what they are worth shows in the checksum that S3 computes where the copy lies.
 */
export function twins({ region, vaults, store, bytes }: TwinsPorts): Twins {
  return {
    regions: Object.keys(vaults).filter((name) => name !== region),
    async copy(rot, from) {
      const there = bytes(from);
      const current = await tryOne(rot, from, there, undefined);
      if (current === undefined) return undefined;
      for (const version of (await there.versions(rot.key)).slice(0, VERSIONS_MAX))
        if ((await tryOne(rot, from, there, version)) === undefined) return undefined;
      return current;
    },
  };

  async function tryOne(
    rot: Rot,
    from: string,
    there: Bytes,
    version: string | undefined,
  ): Promise<Reason | undefined> {
    const { key } = rot;
    const unfit = await whyUnfit(rot, there, from, version);
    if (unfit) return unfit;
    try {
      const { checksum } = await store.copy({
        from: { bucket: there.bucket, key, ...(version !== undefined && { version }) },
        to: { bucket: vaults[region]!, key },
        bytes: rot.bytes,
        createOnly: false,
      });
      return rot.kind === 'item' && checksum !== rot.expected ? differs(rot, from, checksum) : undefined;
    } catch (error) {
      if (error instanceof SourceVersionGone) return reasonOf(error);
      throw error;
    }
  }
}

/**
 * What was discarded there within the last days, or lay there before it was mended, is as good, and proves itself as
 * well. More versions than this has no key of a vault unless somebody else writes there.
 */
const VERSIONS_MAX = 5;

async function whyUnfit(
  rot: Rot,
  bytes: Bytes,
  from: string,
  version: string | undefined,
): Promise<Reason | undefined> {
  const { kind, cluster, recoveryPoint: id, key, expected, entry } = rot;
  if (kind === 'item') {
    const recorded = await bytes.recorded(key, version);
    if (recorded === undefined) return missingReason(from, key);
    return recorded === expected ? undefined : differs(rot, from, recorded);
  }
  const asItIs: Bytes = {
    ...bytes,
    whole: (name) => bytes.whole(name, version),
    recorded: (name) => bytes.recorded(name, version),
  };
  const there = shelf(asItIs, from, () => Promise.resolve([]));
  const { wrong } =
    kind === 'shard' && entry
      ? await there.shard(cluster, id, entry)
      : await there.index(cluster, id, expected || undefined);
  return wrong?.reason;
}

const differs = ({ key, expected }: Rot, from: string, found: string): Reason =>
  reasonOf(
    new ChecksumMismatch(
      `${key} in the vault of ${from} has checksum ${found} and the manifest says ${expected}`,
      {
        key,
        found,
        expected,
      },
    ),
  );
