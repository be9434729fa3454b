import type * as z from 'zod';
import { announcer, catalog, executions } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  ...catalog(from),
  ...announcer(from),
  ...executions(from),
});
