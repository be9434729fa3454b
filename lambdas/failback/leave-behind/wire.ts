import type * as z from 'zod';
import { configuration, groups } from '../../shared/wiring.ts';
import { sides } from '../wire.ts';
import type { env } from './env.ts';

export const wire = (from: z.output<typeof env>) => ({
  ...configuration(from),
  ...groups(from),
  ...sides(from),
});
