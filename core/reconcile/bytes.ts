import type { CopyRecord } from '../catalog/recovery-point.ts';
import { ManifestIncomplete, type Reason, ResourceMissing, reasonOf } from '../errors/registry.ts';
import { copyAgainName, type RecoveryPointId, snapshotName } from '../ids/names.ts';
import type { Instant } from '../time/instant.ts';
import type { Difference } from './difference.ts';

/** What of a proven copy was looked for and not found. */
export interface Gap {
  readonly copy: CopyRecord;
  readonly missing: 'index' | 'snapshot';
}

/** So many may always be set aside in one run; beyond them, at most this share of a cluster's proven copies. */
export const SET_ASIDE_ALWAYS = 5;
export const SET_ASIDE_SHARE = 0.2;

/**
 * Copies that count as protection and are not there. Setting one aside cannot be taken back at home, so when many are
 * gone at once none is: an access that was lost, or somebody's doing, is a person's to judge first.
 */
export function missingBytes(
  gaps: readonly Gap[],
  of: {
    readonly proven: number;
    readonly home: (id: RecoveryPointId) => string | undefined;
    readonly sealed: (id: RecoveryPointId) => boolean;
  },
  now: Instant,
): readonly Difference[] {
  const many = gaps.length > Math.max(SET_ASIDE_ALWAYS, of.proven * SET_ASIDE_SHARE);
  return gaps.map(({ copy, missing }) => {
    const { id, cluster, region } = copy;
    const reason = gone(copy, missing);
    const difference = { class: 'bytes-missing', cluster, region, recoveryPoint: id } as const;
    if (many)
      return {
        ...difference,
        reason: {
          ...reason,
          message: `${reason.message}; ${gaps.length} of ${of.proven} proven copies are gone at once, so none is set aside before a person has looked`,
        },
        fix: { kind: 'nobody' },
      };
    const again = of.home(id) !== region && of.sealed(id);
    const fix = again ? { execution: copyAgainName(id, region, now) } : {};
    return { ...difference, reason, fix: { kind: 'set-aside', ...fix } };
  });
}

const gone = ({ id, region }: CopyRecord, missing: Gap['missing']): Reason =>
  reasonOf(
    missing === 'index'
      ? new ManifestIncomplete(`the manifest index of ${id} is no longer in the vault of ${region}`)
      : new ResourceMissing(`the snapshot ${snapshotName(id)} is no longer in ${region}`),
  );
