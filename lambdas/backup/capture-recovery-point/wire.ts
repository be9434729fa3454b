import type * as z from 'zod';
import { drivers } from '../../shared/drivers.ts';
import { catalog, configuration, groups, region } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  ...region(from),
  ...configuration(from),
  ...catalog(from),
  ...groups(from),
  ...drivers(from),
});
