import type { RestoreMode } from '../../../core/engines/driver.ts';
import { InvalidInput } from '../../../core/errors/registry.ts';
import type { ApprovalRules } from '../../../core/plan/installation.ts';
import { inSeconds } from '../../../core/time/instant.ts';
import type { resolveRestore } from '../../../workflows/contracts/restore.ts';
import type { Output } from '../../shared/ports.ts';

type Resolved = Output<typeof resolveRestore>;

interface Asked {
  readonly mode: RestoreMode | undefined;
  readonly by: string | undefined;
  readonly rules: ApprovalRules;
  readonly restore: Resolved;
}

/**
 * What a person has to be asked: whether this may write over what is there. Any other restore writes over nothing.
 * @throws InvalidInput when four eyes are needed and nobody says whose the first two are
 */
export function approvalOf({ mode, by, rules, restore }: Asked): Resolved['approval'] {
  if (mode !== 'in-place' || rules.inPlace === 'none') return { needed: 'no' };
  if (rules.inPlace === 'four-eyes' && by === undefined)
    throw new InvalidInput(
      'a restore in place writes over what is there and needs the yes of a second person: say who asks, as in "by": "your name"',
      { cluster: restore.cluster },
    );
  const { target, scope, cluster, restoresTo, recoveryPointId } = restore;
  const into = target.called ?? target.clusterId ?? target.bucket ?? cluster;
  const what = scope ? Object.values(scope).flat().join(', ') : 'all of it';
  return {
    needed: 'yes',
    sentence: `${by ?? 'somebody'} asks to restore ${cluster} to ${restoresTo} in place: what ${into} holds of ${what} is written over, and what was written since is gone`,
    facts: { cluster, target: into, recoveryPoint: recoveryPointId, restoresTo },
    askedBy: by ?? '',
    fourEyes: rules.inPlace === 'four-eyes',
    withinSeconds: inSeconds(rules.within),
  };
}
