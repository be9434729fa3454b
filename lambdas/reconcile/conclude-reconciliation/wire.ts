import type * as z from 'zod';
import { announcer, region, vault } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  ...region(from),
  ...vault(from),
  ...announcer(from),
});
