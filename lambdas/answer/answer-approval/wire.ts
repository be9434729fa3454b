import type * as z from 'zod';
import { approvals, region, waiting } from '../../shared/wiring.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  ...region(from),
  ...approvals(from),
  ...waiting(from),
});
