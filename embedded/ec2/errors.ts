import { AwsError } from '../service.ts';

/**
 * EC2 models no errors: what the SDK throws is named after the code on the wire. The codes are those of the EC2 API
 * reference (errors-overview) and of the EBS guide; the wording is chosen here.
 */
const refusal =
  (code: string, status = 400) =>
  (message: string): AwsError =>
    new AwsError(code, message, { code, status });

export const instanceNotFound = refusal('InvalidInstanceID.NotFound');
export const volumeNotFound = refusal('InvalidVolume.NotFound');
/** It is attached to an instance. */
export const volumeInUse = refusal('VolumeInUse');
export const snapshotNotFound = refusal('InvalidSnapshot.NotFound');
/** The snapshot backs a registered image. */
export const snapshotInUse = refusal('InvalidSnapshot.InUse');
export const zoneNotFound = refusal('InvalidZone.NotFound');
export const incorrectState = refusal('IncorrectState');
export const invalidParameterValue = refusal('InvalidParameterValue');
export const idempotentParameterMismatch = refusal('IdempotentParameterMismatch');
/** Five snapshots of a volume are pending, or one of an st1 or sc1. */
export const concurrentSnapshotLimitExceeded = refusal('ConcurrentSnapshotLimitExceeded');
/** Another snapshot of the volume was begun a moment ago. */
export const snapshotRateExceeded = refusal('SnapshotCreationPerVolumeRateExceeded');
/** Twenty copies are under way to this region. */
export const resourceLimitExceeded = refusal('ResourceLimitExceeded');
