import type { Stage } from '../../../cli/stage.ts';
import { isRds } from '../../../core/plan/installation.ts';
import type { Refusal } from '../../../embedded/iam/iam.ts';

/**
 * The synthesized policies are enforced whoever calls: functions, machines, schedules, rules and alarms. A run needs
 * what it needs, so whatever was refused to anyone is a right that is missing, or a call that should not be made.
 */
export const permissionsSuffice = (stage: Stage): string[] => [
  ...new Set(
    stage.cloud.iam.refusals
      .filter(
        (refusal) => !leftWithItsCluster(stage, refusal) && !asksForRegion(refusal) && !provesDenial(refusal),
      )
      .map(({ message }) => message),
  ),
];

/** BR asks for a bucket's region with HeadBucket, and reads it from the refusal too. */
const asksForRegion = ({ message }: Refusal): boolean =>
  /:role\/holdfast-\S+-br-\S+ .*: s3:ListBucket /.test(message);

/** A drill as if the region were lost asks the primary for what it must be refused. */
const provesDenial = ({ principal, action }: Refusal): boolean =>
  principal.endsWith('-prove-primary-denied') && action === 's3:ListBucket';

/**
 * With the last database cluster every right to snapshots leaves the configuration. A copy that was under way then is
 * refused, fails by name and is told (seed 30011); what is proven already stays.
 */
const leftWithItsCluster = ({ deployed }: Stage, { action, resource }: Refusal): boolean =>
  action.startsWith('rds:') &&
  resource.includes(':cluster-snapshot:holdfast-') &&
  deployed.some(({ installation }) => !installation.clusters.some(isRds));
