import type * as z from 'zod';
import { catalog, groups, machineArns } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  ...catalog(from),
  ...groups(from),
  ...machineArns(from),
});
