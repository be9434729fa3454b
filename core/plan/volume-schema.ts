import { matching, oneOf, settings } from './fields.ts';
import { AVAILABILITY_ZONE, TAG_KEY, TAG_VALUE } from './limits.ts';

/** The tag that a cluster's instances carry, and no other instance. */
export const taggedInstances = (of: string) =>
  settings(`instances of ${of}`, {
    key: matching(TAG_KEY, 'give the key of a tag, 1 to 128 characters that do not begin with "aws:"'),
    value: matching(
      TAG_VALUE,
      'give the value of the tag, 1 to 256 characters without * and ?, which EC2 takes for patterns',
    ),
  });

/** What volumes are restored with. */
export const volumesInto = {
  availabilityZone: matching(
    AVAILABILITY_ZONE,
    'give a zone of the region of the restore, such as "eu-central-1a"',
  ).optional(),
  volumeType: oneOf(['gp2', 'gp3']).optional(),
  kmsKey: matching(/^arn:aws:kms:/, 'give the ARN of a KMS key in the region of the restore').optional(),
};
