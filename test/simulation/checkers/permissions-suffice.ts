import type { Stage } from '../../../cli/stage.ts';
import { iso } from '../../../core/time/instant.ts';

/** The synthesized policies are enforced in every call, so a right that is missing shows as an error in a log. */
export const permissionsSuffice = (stage: Stage): string[] =>
  stage.cloud.monitoring.errors
    .filter(({ message, facts }) =>
      /AccessDenied|PermissionMissing|not authorized/.test(`${message} ${String(facts['error'])}`),
    )
    .map(({ at, region, function: name, message }) => `${iso(at)} ${name} in ${region}: ${message}`);
