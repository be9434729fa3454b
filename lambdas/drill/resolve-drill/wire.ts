import type * as z from 'zod';
import { catalog, configuration, drills, region } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  ...region(from),
  ...configuration(from),
  ...catalog(from),
  ...drills(from),
});
