import type * as z from 'zod';
import { announcer, groups, region } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  ...region(from),
  ...groups(from),
  ...announcer(from),
});
