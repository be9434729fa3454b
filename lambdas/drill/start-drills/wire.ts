import type * as z from 'zod';
import { configuration, machines, region } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  ...region(from),
  ...configuration(from),
  ...machines(from),
});
