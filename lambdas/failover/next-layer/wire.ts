import type * as z from 'zod';
import { catalog, configuration, groups, machineArns, region } from '../../shared/wiring.ts';
import { oldSides, runs } from '../wire.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  ...region(from),
  ...configuration(from),
  ...catalog(from),
  ...groups(from),
  ...machineArns(from),
  ...runs(from),
  ...oldSides(from),
});
