import type { CopyRecord } from '../catalog/recovery-point.ts';
import type { DrillRecord } from './drill.ts';

/**
 * What a restore found out about the copy itself: its bytes, its manifest, or a chain that does not lead to it. A key that
 * is disabled, a target that is not there and a primary that answers say nothing of the copy. Neither do counts that
 * differ in the target (`DrillDiffers`): the copy was proven, each of its checksums held while it was restored, and so it is
 * the tool or the target that a person has to look at; to set the copy aside would take away what may be the last one.
 */
const OF_THE_COPY: ReadonlySet<string> = new Set([
  'ChecksumMismatch',
  'ManifestAltered',
  'ManifestIncomplete',
  'RootMismatch',
  'RecoveryPointNotRestorable',
]);
/** Where a log was replayed on it, its tool does not say which of the two was altered: the log is compared within a day. */
const OF_THE_MANIFEST: ReadonlySet<string> = new Set([
  'ManifestAltered',
  'ManifestIncomplete',
  'RootMismatch',
]);

/** Whether a drill showed that this copy is not to be trusted. One that was made anew since has not been drilled. */
export const isSpoilt = (drill: DrillRecord, copy: CopyRecord | undefined): copy is CopyRecord =>
  drill.state === 'failed' &&
  drill.reason !== undefined &&
  (drill.chain === undefined ? OF_THE_COPY : OF_THE_MANIFEST).has(drill.reason.name) &&
  copy?.state === 'proven' &&
  (copy.provenAt ?? drill.startedAt) < drill.startedAt;
