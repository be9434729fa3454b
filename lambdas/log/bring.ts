import { CopyFailed, PermissionMissing } from '../../core/errors/registry.ts';
import type { Wanted } from '../../core/log/compare.ts';
import { type FollowPorts, IN_FLIGHT } from './follow-ports.ts';

/** `mended`: something else lay here. `gone`: nothing of it is left at the source. */
export type Brought = 'copied' | 'there' | 'mended' | 'gone';

type Vaults = Pick<FollowPorts, 'source' | 'own'>;

/** An `etag:` is of one bucket and equals no other: then S3's own word for a finished copy is all there is. */
const tells = (checksum: string | undefined): checksum is string =>
  checksum !== undefined && !checksum.startsWith('etag:');

/**
 * Copies one version on the side of S3, unless its key is there already, and compares what lies there then. A copy that
 * differs is made anew, once. Safe to repeat, and in any order.
 * @throws CopyFailed when it differs still
 */
export async function bring(wanted: Wanted, { source, own }: Vaults): Promise<Brought> {
  const { key, version, bytes } = wanted;
  const expected = await recorded(key, version, source);
  if (expected === undefined) return 'gone';
  const request = {
    from: { bucket: source.bucket, key, version },
    to: { bucket: own.bucket, key },
    bytes,
  };
  const first = await own.store.copy({ ...request, createOnly: true });
  if (!tells(expected) || first.checksum === expected) return first.outcome === 'copied' ? 'copied' : 'there';
  if (first.outcome === 'already-there' && (await isAnotherVersion(key, first.checksum, source)))
    return 'there';
  const second = await own.store.copy({ ...request, createOnly: false });
  if (second.checksum === expected) return 'mended';
  throw new CopyFailed(
    `the copy of s3://${source.bucket}/${key} in s3://${own.bucket} has ${second.checksum} and the original ${expected}, twice; it is tried again, look at both objects if that goes on`,
    { bucket: own.bucket, key },
  );
}

/**
 * S3 tells nobody that a version is missing who may not list all versions of a bucket: it denies instead. The versions of
 * this key may be listed, and tell the one from the other.
 */
async function recorded(
  key: string,
  version: string,
  { bytes }: Vaults['source'],
): Promise<string | undefined> {
  try {
    return await bytes.recorded(key, version);
  } catch (error) {
    if (!(error instanceof PermissionMissing) || (await bytes.versions(key)).includes(version)) throw error;
    return undefined;
  }
}

/** The tool wrote the file anew when it truncated the log at the source, and what lies here is what was there before. */
export async function isAnotherVersion(
  key: string,
  checksum: string | undefined,
  source: Vaults['source'],
): Promise<boolean> {
  for (const version of await source.bytes.versions(key))
    if ((await source.bytes.recorded(key, version)) === checksum) return true;
  return false;
}

/** Brings many, some at a time. All have ended when it returns or throws: the first failure is what it throws. */
export async function bringAll(
  wanted: readonly Wanted[],
  vaults: Vaults,
): Promise<ReadonlyMap<Brought, readonly string[]>> {
  const outcomes = new Map<Brought, string[]>();
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < wanted.length && !failed) {
      const each = wanted[next++]!;
      try {
        const outcome = await bring(each, vaults);
        outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), each.key]);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(IN_FLIGHT, wanted.length) }, worker);
  const bad = (await Promise.allSettled(workers)).find((end) => end.status === 'rejected');
  if (bad) throw bad.reason;
  return outcomes;
}
