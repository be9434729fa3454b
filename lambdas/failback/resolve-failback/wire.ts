import type * as z from 'zod';
import { runs } from '../../failover/wire.ts';
import { catalog, configuration, groups, region } from '../../shared/wiring.ts';
import { homeOf } from '../wire.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  ...region(from),
  ...configuration(from),
  ...catalog(from),
  ...groups(from),
  ...runs(from),
  ...homeOf(from),
});
