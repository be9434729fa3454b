import * as z from 'zod';
import { days, hours } from '../time/instant.ts';
import { SECURITY_GROUPS } from './common-schema.ts';
import { cron } from './cron-field.ts';
import { defined } from './defined.ts';
import { duration, matching, oneOf, settings, text } from './fields.ts';
import { BUCKET_NAME, DRILL_DEADLINE_MAX, DRILL_DEADLINE_MIN, DRILL_WITHIN_MAX } from './limits.ts';

/** When the clusters of a plan are restored into isolation, compared, and removed again. */
export const drills = settings('drills of a plan', {
  cron,
  pick: oneOf(['latest', 'random']).default('latest'),
  mode: oneOf(['ordinary', 'region-lost']).default('ordinary'),
  in: text('give a region, such as "eu-central-1"').optional(),
  deadline: duration(DRILL_DEADLINE_MIN, DRILL_DEADLINE_MAX).default(hours(6)),
  within: duration(days(1), DRILL_WITHIN_MAX).default(days(40)),
});

const intoByRegion = <Into extends z.ZodType>(into: Into) =>
  z.record(z.string(), into, { error: 'give drillInto by region' }).optional();

export const drillIntoBucket = intoByRegion(
  settings('drillInto of an objects cluster', {
    bucket: matching(
      BUCKET_NAME,
      'a bucket name is 3 to 63 lowercase letters, digits, dots and hyphens',
    ).refine(
      (name) => !name.startsWith('holdfast-vault-'),
      'this is a vault, and nothing is restored into one; name another bucket',
    ),
  }),
);

export const drillIntoDatabase = intoByRegion(
  settings('drillInto of a database cluster', {
    securityGroups: SECURITY_GROUPS,
    subnetGroup: text('give the name of a DB subnet group')
      .min(1, 'give the name of a DB subnet group')
      .optional(),
  }).transform(defined),
);
