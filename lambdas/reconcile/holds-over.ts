import type { LegalHold } from '../../core/catalog/recovery-point.ts';
import type { RecoveryPointId } from '../../core/ids/names.ts';

/** Under a hold nothing is removed, also not what seems to be nobody's: somebody is asking about this cluster. */
export const isHeld = (holds: readonly LegalHold[], id: RecoveryPointId): boolean =>
  holds.some(({ recoveryPoint }) => recoveryPoint === undefined || recoveryPoint === id);
