import type * as z from 'zod';
import { catalog, configuration, machines } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  ...configuration(from),
  ...catalog(from),
  ...machines(from),
});
