import type * as z from 'zod';
import { drivers } from '../../shared/drivers.ts';
import { pages } from '../../shared/shard-drivers.ts';
import { catalog, configuration } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  ...configuration(from),
  ...catalog(from),
  ...drivers(from),
  ...pages(from),
});
