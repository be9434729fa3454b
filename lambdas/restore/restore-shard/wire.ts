import type * as z from 'zod';
import { shardDrivers } from '../../shared/shard-drivers.ts';
import { catalog, configuration, groups, region } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  ...region(from),
  ...configuration(from),
  ...catalog(from),
  ...groups(from),
  ...shardDrivers(from),
});
