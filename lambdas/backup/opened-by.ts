import { MANUAL, type RecoveryPointId, recoveryPointId } from '../../core/ids/names.ts';
import { parseInstant, wholeSecond } from '../../core/time/instant.ts';
import { instantOf } from '../shared/lookups.ts';

interface Begun {
  readonly state: {
    readonly cluster: string;
    readonly rule?: string | undefined;
    readonly scheduledAt?: string | undefined;
  };
  readonly startedAt: string;
}

/** The id that `CaptureRecoveryPoint` gives to the point of an execution, for whoever comes after it died. */
export function openedBy({ state, startedAt }: Begun): RecoveryPointId {
  const scheduled = state.rule === undefined ? undefined : parseInstant(state.scheduledAt ?? '');
  const at = wholeSecond(scheduled ?? instantOf(startedAt));
  return recoveryPointId(state.cluster, state.rule ?? MANUAL, at);
}
