import * as z from 'zod';
import { contract } from './shared.ts';

const count = z.number().int();

/**
 * What became of one object of a log. `later`: it says what other objects hold, and comes with the next checkpoint.
 * `more`: a checkpoint that has to wait, because more was missing than one call copies. `not-followed`: no object of a
 * log that comes here.
 */
export const followLog = contract(
  'FollowLog',
  "Copies one object of an engine's log from the primary's vault into this one, a checkpoint only behind all that it vouches for; fed by S3's events",
  z.looseObject({
    time: z.string(),
    detail: z.looseObject({
      bucket: z.looseObject({ name: z.string() }),
      object: z.looseObject({
        key: z.string(),
        size: z.number().optional(),
        'version-id': z.string().optional(),
      }),
    }),
  }),
  z.object({
    outcome: z.enum([
      'copied',
      'there',
      'mended',
      'gone',
      'later',
      'reached',
      'more',
      'ended',
      'not-followed',
    ]),
  }),
);

export const healLog = contract(
  'HealLog',
  "Compares the logs of this region's vault with those of the primary's once a day, lap by lap, copies what events lost and says what cannot be mended",
  z.looseObject({}),
  z.object({
    /** Chains whose comparison came to its end in this lap, and those that go on with the next. */
    done: count,
    unfinished: count,
    compared: count,
    mended: count,
    lost: count,
  }),
);
