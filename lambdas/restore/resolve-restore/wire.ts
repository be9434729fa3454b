import type * as z from 'zod';
import { drivers } from '../../shared/drivers.ts';
import { checkpoints } from '../../shared/shard-drivers.ts';
import { catalog, configuration, drills, landing, machineArns, region, sides } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  ...region(from),
  ...configuration(from),
  ...catalog(from),
  ...sides(from),
  ...machineArns(from),
  ...drivers(from),
  ...landing(from),
  ...drills(from),
  ...checkpoints(from),
});
