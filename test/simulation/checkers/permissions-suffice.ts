import type { Stage } from '../../../cli/stage.ts';

/**
 * The synthesized policies are enforced whoever calls: functions, machines, schedules, rules and alarms. A run needs
 * what it needs, so whatever was refused to anyone is a right that is missing, or a call that should not be made.
 */
export const permissionsSuffice = (stage: Stage): string[] => [
  ...new Set(stage.cloud.iam.refusals.map(({ message }) => message)),
];
